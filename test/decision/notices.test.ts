// Notices: the table of grounds, outcomes and lines of business is complete, and nothing unknown ever brings one.
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import type { FullLine } from '../../src/decision/explain/views.js'
import { frequencyFails } from '../../src/decision/verdict/frequency-fails.js'
import {
  grounds,
  type Ground,
  type NoticeAnswers,
  type NoticeFacts,
} from '../../src/decision/notices/grounds.js'
import { noticesFor } from '../../src/decision/notices/notices.js'
import { linesOfBusiness, noticeTable, rowsFor } from '../../src/decision/notices/table.js'
import { noticeTexts } from '../../src/decision/notices/texts.js'
import type { Reason } from '../../src/decision/reasons/reason.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { Authorization } from '../../src/decision/shapes/request.js'
import type { ExclusionBasis } from '../../src/decision/shapes/rule.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { pairOf } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

type LineOfBusiness = Plan['lineOfBusiness']
const planOf = (lineOfBusiness: LineOfBusiness): Plan => ({
  planId: 'p',
  payerId: 'p',
  name: 'A plan',
  lineOfBusiness,
  benefit: 'medical',
  follows: [],
})
/** A reason is looked at by its code alone. */
const because = (code: Reason['code'] = 'text-unread'): Reason => ({ code }) as Reason

interface Given {
  readonly necessity?: FullLine['medicalNecessity']['status']
  readonly objections?: readonly ExclusionBasis[]
  readonly frequency?: Partial<Pick<FullLine['frequency'], 'status' | 'onExceed' | 'curedBy'>>
  readonly units?: FullLine['units']['status']
  readonly claimLine?: { status: FullLine['claimLine']['status']; reasonCode?: Reason['code'] }
  readonly codes?: FullLine['codeValidity']['status']
  readonly requirement?: FullLine['priorAuthorization']['requirement']
  readonly authorizations?: Authorization[]
  readonly date?: string
}

function answersOf(given: Given): NoticeAnswers {
  const reason = because()
  return {
    'prior-authorization': { answer: { requirement: given.requirement ?? 'not-required', reason } },
    'medical-necessity': {
      answer: { status: given.necessity ?? 'met', reason },
      objections: given.objections ?? [],
    },
    frequency: { answer: { status: 'within-limit', reason, ...given.frequency } },
    units: { answer: { status: given.units ?? 'within-limit', reason } },
    'claim-line': {
      answer: {
        status: given.claimLine?.status ?? 'clean',
        reason: because(given.claimLine?.reasonCode),
      },
    },
    'code-validity': { answer: { status: given.codes ?? 'valid', reason } },
  }
}

/** The notices in short: code, who is liable, modifiers. */
function given(lineOfBusiness: LineOfBusiness, what: Given): string {
  const { authorizations = [], date = '2026-11-03' } = what
  const facts: NoticeFacts = {
    sent: { authorizations },
    line: { code: 'J3420', date, lastDay: date, npi: undefined, sent: { placeOfService: '11' } },
  }
  return noticesFor(planOf(lineOfBusiness), { answers: answersOf(what), facts })
    .map(({ code, liable, text: { modifiers } }) =>
      [`${code} (${liable})`, ...modifiers.map(({ modifier }) => modifier)].join(' '),
    )
    .join('; ')
}

t.test(
  'every ground, every outcome of its question and every line of business has exactly one row',
  async (t) => {
    for (const [ground, { statuses }] of Object.entries(grounds))
      for (const status of statuses)
        for (const lineOfBusiness of linesOfBusiness)
          t.equal(
            rowsFor(ground as Ground, status, lineOfBusiness).length,
            1,
            `${ground} / ${status} / ${lineOfBusiness}`,
          )
    for (const row of noticeTable) t.ok(row.grounds.length > 0 && row.note !== '')
  },
)

const tooSoon = { status: 'too-soon', onExceed: 'deny' } as const
const notMet = (...objections: ExclusionBasis[]): Given => ({ necessity: 'not-met', objections })
const denied = (rest: Partial<Authorization> = {}): Given => ({
  requirement: 'required',
  authorizations: [{ authorizationNumber: 'N1', status: 'denied', procedureCodes: ['J3420'], ...rest }],
})
const abn = 'abn-required (patient-if-notified) GA GZ'
const nobody = 'no-notice (provider)'

const ofOriginalMedicare: ReadonlyArray<readonly [title: string, what: Given, expected: string]> = [
  ['not reasonable and necessary: a notice, GA signed, GZ not', notMet('reasonable-and-necessary'), abn],
  [
    'excluded by statute: the notice is a courtesy, GY and GX',
    notMet('statutory'),
    'abn-voluntary (patient) GY GX',
  ],
  ['no Medicare benefit: likewise', notMet('benefit-category'), 'abn-voluntary (patient) GY GX'],
  [
    'what is excluded outright decides',
    { ...notMet('reasonable-and-necessary', 'statutory'), frequency: tooSoon },
    'abn-voluntary (patient) GY GX',
  ],
  ['the basis is not stated: no GY advice unless an NCD or statute is named', notMet('not-stated'), ''],
  [
    'not stated, and the diagnosis is not supported: the diagnosis gives the notice',
    notMet('not-stated', 'reasonable-and-necessary'),
    abn,
  ],
  ['too soon, the limit denies', { frequency: tooSoon }, abn],
  ['too often, the limit denies', { frequency: { status: 'exceeds-limit', onExceed: 'deny' } }, abn],
  [
    'too soon, medical review: no notice is advised by this limit',
    { frequency: { status: 'too-soon', onExceed: 'medical-review' } },
    '',
  ],
  ['too soon, cured by an authorization on file', { frequency: { status: 'too-soon', curedBy: 'A1' } }, ''],
  ['too many units: a coding denial, which no notice shifts', { units: 'exceeds-limit' }, ''],
  [
    'bundled: the patient may not be charged',
    { claimLine: { status: 'conflicting', reasonCode: 'procedure-pair-not-paid-together' } },
    nobody,
  ],
  [
    'wrong setting, the facility bills it: the patient may not be charged',
    { claimLine: { status: 'conflicting', reasonCode: 'facility-bills-it' } },
    nobody,
  ],
  [
    'place of service: the patient may not be charged',
    { claimLine: { status: 'conflicting', reasonCode: 'not-by-telehealth' } },
    nobody,
  ],
  ['an incomplete line: the patient may not be charged', { claimLine: { status: 'incomplete' } }, nobody],
  [
    'an invalid code: the claim is sent back',
    { ...notMet('statutory'), codes: 'invalid', claimLine: { status: 'incomplete' } },
    '',
  ],
  [
    'a code that is not known leaves the rest',
    { ...notMet('reasonable-and-necessary'), codes: 'indeterminate' },
    abn,
  ],
  [
    'authorization required and not obtained: no notice cures a condition of payment',
    { requirement: 'required' },
    nobody,
  ],
  [
    'authorization not affirmed: a notice with GA before the service',
    denied(),
    'abn-required (patient-if-notified) GA',
  ],
  ['denied for another code is no denial of this one', denied({ procedureCodes: ['J3425'] }), nobody],
  ['denied for a time that is over', denied({ from: '2026-01-01', to: '2026-06-30' }), nobody],
  ['not affirmed and not supported: one notice', { ...denied(), ...notMet('reasonable-and-necessary') }, abn],
  ['authorization on file', { requirement: 'satisfied' }, ''],
  ['nothing known to be denied', {}, ''],
  [
    'all unknown',
    {
      necessity: 'indeterminate',
      frequency: { status: 'indeterminate' },
      units: 'indeterminate',
      claimLine: { status: 'indeterminate' },
      codes: 'indeterminate',
      requirement: 'indeterminate',
    },
    '',
  ],
  [
    'facts missing',
    {
      necessity: 'insufficient-evidence',
      claimLine: { status: 'insufficient-evidence' },
      requirement: 'conditional',
    },
    '',
  ],
]

t.test('Original Medicare', async (t) => {
  for (const [title, what, expected] of ofOriginalMedicare) t.equal(given('medicare', what), expected, title)
})

t.test('Medicare Advantage: never an ABN, an organization determination of the plan instead', async (t) => {
  const decision = 'organization-determination (by-plan-decision)'
  for (const basis of ['statutory', 'benefit-category', 'reasonable-and-necessary', 'not-stated'] as const)
    t.equal(given('medicare-advantage', notMet(basis)), decision, basis)
  t.equal(given('medicare-advantage', { frequency: tooSoon }), decision, 'too soon')
  for (const [title, what] of ofOriginalMedicare)
    t.notMatch(given('medicare-advantage', what), /abn|no-notice|G[AXYZ]/, title)
})

t.test('every other line of business: none, the rules of the plan hold', async (t) => {
  for (const lineOfBusiness of ['medicaid', 'commercial', 'not-stated'] as const)
    for (const [title, what] of ofOriginalMedicare)
      t.equal(given(lineOfBusiness, what), '', `${lineOfBusiness}: ${title}`)
  const facts: NoticeFacts = {
    sent: {},
    line: { code: 'J3420', date: '2026-11-03', lastDay: '2026-11-03', npi: undefined, sent: {} },
  }
  t.equal(noticesFor(undefined, { answers: answersOf(notMet('statutory')), facts }).length, 0, 'no plan')
})

t.test('a notice holds from its first day', async (t) => {
  const necessity = notMet('reasonable-and-necessary')
  t.equal(given('medicare', { ...necessity, date: '2011-06-30' }), '')
  t.equal(given('medicare', { ...necessity, date: '2011-07-01' }), abn)
  t.equal(given('medicare', { ...notMet('statutory'), date: '2010-03-31' }), '')
  t.not(given('medicare', { ...notMet('statutory'), date: '2010-04-01' }), '')
})

t.test('every notice of the table has its words and sources', async (t) => {
  const codes = new Set(noticeTable.map(({ notice }) => notice).filter((notice) => notice !== 'none'))
  for (const code of codes)
    t.ok(
      noticeTexts.some((text) => text.code === code),
      code,
    )
  for (const { code, sources, text } of noticeTexts) t.ok(sources.length > 0 && text !== '', code)
})

/** What a notice of a line must rest on; the first that it does not. */
function faultOf(line: FullLine, lineOfBusiness: LineOfBusiness | undefined): string | undefined {
  const notices = line.notices ?? []
  const denies = line.medicalNecessity.status === 'not-met' || frequencyFails(line.frequency)
  const isRequired = line.priorAuthorization.requirement === 'required'
  const isFaulty = line.claimLine.status === 'conflicting' || line.claimLine.status === 'incomplete'
  const codes = notices.map(({ code }) => code)
  if (line.codeValidity.status === 'invalid' && notices.length > 0) return 'an invalid code'
  if (codes.filter((code) => code.startsWith('abn')).length > 1) return 'two notices'
  if (codes.some((code) => code.startsWith('abn')) && !denies && !isRequired) return 'nothing is denied'
  if (codes.includes('no-notice') && !isFaulty && !isRequired) return 'no fault'
  if (
    codes.includes('organization-determination') !==
    (denies && lineOfBusiness === 'medicare-advantage' && line.codeValidity.status !== 'invalid')
  )
    return 'a determination of the plan'
  if (lineOfBusiness !== 'medicare' && codes.some((code) => code !== 'organization-determination'))
    return 'another line of business'
  return notices.some(
    ({ citations, reasonCodes }) =>
      citations.length === 0 || reasonCodes.length === 0 || reasonCodes.includes(line.units.reasonCode),
  )
    ? 'without a reason'
    : undefined
}

t.test('in generated worlds', async (t) => {
  let seen = 0
  for (let seed = 1; seed <= worldsOf(2000, 150); seed++) {
    const { request, content } = pairOf(seed)
    const decision = determine(request, compilePolicyView(content, 1))
    const plan = content.plans.find(({ planId }) => planId === decision.planId)
    for (const line of decision.lines) {
      seen += line.notices?.length ?? 0
      const fault = faultOf(line, plan?.lineOfBusiness)
      if (fault !== undefined) return t.fail(`seed ${seed}: ${fault}`)
    }
  }
  t.ok(seen > worldsOf(500, 20), `${seen} notices`)
})
