import { citeTable } from '../citation.js'
import type { PlainDate } from '../codes.js'
import type { LineDetermination, Notice } from '../determination.js'
import type { Citation } from '../finding.js'
import { frequencyFails } from '../next-steps.js'
import type { Plan } from '../policy.js'
import type { ExclusionBasis } from '../rule.js'
import { rememberedBy } from '../remembered.js'
import type { Source } from '../source.js'
import { union } from '../truth.js'
import { noticeTable } from './table.js'

type Answers = Pick<LineDetermination, 'medicalNecessity' | 'frequency' | 'codeValidity'>

/**
 * The notices of Original Medicare that go with an expected denial, from what is known to fail and on which ground. Never from anything
 * that is unknown, never under another line of business, and never for units: an MUE denial is a coding denial, which no notice shifts.
 */
export function noticesFor(
  plan: Plan | undefined,
  date: PlainDate,
  answers: Answers,
  objections: readonly ExclusionBasis[],
): Notice[] {
  // A claim with an invalid code is sent back before anybody judges necessity.
  if (plan?.lineOfBusiness !== 'medicare' || answers.codeValidity.status === 'invalid') return []
  const reasons = expectedDenials(answers, objections)
  // What is excluded by statute is never paid, whatever else is wrong; its modifier may not stand beside the other ones.
  const excluded = reasons.filter(({ basis }) => basis !== 'reasonable-and-necessary')
  const deciding = excluded.length > 0 ? excluded : reasons
  if (deciding.length === 0) return []
  return noticeTable
    .filter((row) => date >= row.from)
    .flatMap(({ code, grounds, text, modifiers, sources }) => {
      const own = deciding.filter(({ basis }) => grounds.includes(basis))
      const [first] = own
      if (first === undefined) return []
      return [
        {
          code,
          basis: first.basis,
          because: union(own.map(({ reason }) => reason)).join(' '),
          text,
          modifiers: modifiers.map((one) => ({ ...one })),
          citations: sources.map(({ source, section }) => citeSection(source, section)),
        },
      ]
    })
}

/** The same few sections each time, worked out once. */
function citeSection(source: Source, section: string): Citation {
  return sectionsCited(source, section, () => ({ ...citeTable('cms-manual', source), section }))
}

const sectionsCited = rememberedBy<Source, Citation>(8)

interface ExpectedDenial {
  readonly basis: ExclusionBasis
  readonly reason: string
}

/** What is known to fail, and on which ground. Too soon or too often is not reasonable and necessary (Benefit Policy Manual chapter 15, section 50.4.3). */
function expectedDenials(
  { medicalNecessity, frequency }: Answers,
  objections: readonly ExclusionBasis[],
): ExpectedDenial[] {
  return [
    ...(medicalNecessity.status === 'not-met'
      ? objections.map((basis) => ({ basis, reason: medicalNecessity.reason }))
      : []),
    ...(frequencyFails(frequency)
      ? [{ basis: 'reasonable-and-necessary' as const, reason: frequency.reason }]
      : []),
  ]
}
