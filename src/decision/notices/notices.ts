import { codeOf } from '../reasons/reason.js'
import type { Notice } from '../shapes/determination.js'
import type { Plan } from '../shapes/policy.js'
import { exclusionBases } from '../shapes/rule.js'
import { union } from '../shapes/truth.js'
import {
  expectedDenials,
  type Expected,
  type Ground,
  type NoticeAnswers,
  type NoticeFacts,
} from './grounds.js'
import { rowsFor } from './table.js'
import { noticeTexts, type NoticeText } from './texts.js'

/**
 * What the patient must be told before the service, or that no notice moves the cost, from what is known to be denied and on which ground.
 * Never from anything that is unknown.
 */
export function noticesFor(
  plan: Plan | undefined,
  { answers, facts }: { readonly answers: NoticeAnswers; readonly facts: NoticeFacts },
): DueNotice[] {
  if (plan === undefined) return []
  const entries = expectedDenials(answers, facts).flatMap((one) =>
    rowsFor(one.ground, one.status, plan.lineOfBusiness).flatMap(({ notice, liable }) =>
      notice === 'none' || liable === 'not-stated' || liable === 'nothing-denied'
        ? []
        : [{ ...one, code: notice, liable, basis: basisOf(one.ground) }],
    ),
  )
  // What is excluded by statute is never paid, whatever else is wrong; its modifier may not stand beside the other ones.
  const isExcluded = entries.some(({ code }) => code === 'abn-voluntary')
  const deciding = oneNotice(entries.filter(({ code }) => !isExcluded || code !== 'abn-required'))
  return noticeTexts
    .filter(({ from = '' }) => facts.line.date >= from)
    .flatMap((text) => {
      const own = deciding.filter((entry) => textOf(entry) === text)
      const [first] = own
      return first === undefined ? [] : [{ ...dueOf(first, own), text }]
    })
}

/** A patient signs one notice, with every reason on it. */
function oneNotice(entries: readonly Entry[]): Entry[] {
  const general = entries.find(
    ({ code, basis }) => code === 'abn-required' && basis === 'reasonable-and-necessary',
  )
  return entries.map((one) =>
    general !== undefined && one.code === 'abn-required' ? { ...one, basis: general.basis } : one,
  )
}

/** A notice that is due, with its words, modifiers and sources. */
export interface DueNotice extends Pick<Notice, 'code' | 'basis' | 'liable' | 'reasonCodes'> {
  readonly text: NoticeText
}

type Entry = Expected & Pick<Notice, 'code' | 'liable' | 'basis'>

function dueOf({ code, basis, liable }: Entry, own: readonly Entry[]): Omit<DueNotice, 'text'> {
  return { code, basis, liable, reasonCodes: union(own.map(({ reason }) => codeOf(reason))) }
}

/** The words of a notice: those for its ground, or those that hold for every ground. */
function textOf({ code, basis }: Entry): NoticeText | undefined {
  const texts = noticeTexts.filter((one) => one.code === code)
  return texts.find((one) => one.basis === basis) ?? texts.find((one) => one.basis === undefined)
}

/** Too soon or too often is not reasonable and necessary (Benefit Policy Manual chapter 15, section 50.4.3). */
function basisOf(ground: Ground): Notice['basis'] {
  if (ground === 'frequency-denied') return 'reasonable-and-necessary'
  if (ground.startsWith('authorization')) return 'authorization'
  return exclusionBases.find((basis) => basis === ground) ?? 'claim-line'
}
