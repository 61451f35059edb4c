// Is prior authorization required? The reachable answers of every speaking rule, combined. Section 5 of the specification.
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import type { Requirement } from '../../src/decision/shapes/statuses.js'
import { procedureValidityOf } from './code-validity.js'
import { holds } from './conditions.js'
import type { Case } from './facts.js'
import { completenessOf, setsThatSpeakTo, speakersOf, type Speaker } from './selection.js'
import { all, unique } from './truth.js'

// The most demanding first.
const answers = ['required', 'conditional', 'unknown', 'not-required', 'silent'] as const
type Answer = (typeof answers)[number]
interface Reach {
  speaker?: Speaker
  answers: Answer[]
  missing: string[]
}

/** Requirement before the authorizations on file are looked at, and the facts that would settle it. */
export interface RequirementAnswer {
  requirement: Requirement
  authorizationNumber?: string
  missing: string[]
}

/** What holds for a line under a plan, the claim of the hospital beside it included; authorizations on file left aside. */
export function requirementOf(plan: Plan, at: Case): RequirementAnswer {
  const own = requirementOfClaim(plan, at)
  const place = at.line.placeOfService
  if (own.requirement === 'required' || at.request.claimType !== 'professional') return own
  if (place !== undefined && place !== '19' && place !== '22') return own
  if (plan.claimTypes !== undefined && !plan.claimTypes.includes('institutional')) return own
  const hospital = requirementOfClaim(plan, {
    ...at,
    request: { ...at.request, claimType: 'institutional' },
  })
  if (!hospital.reached.includes('required') && !hospital.reached.includes('conditional')) return own
  const missing = [...own.missing, ...hospital.missing]
  if (place === undefined) missing.push('placeOfService')
  else if (hospital.requirement === 'required') missing.push('authorizations')
  return { requirement: 'conditional', missing: missing.length > 0 ? unique(missing) : ['authorizations'] }
}

function requirementOfClaim(plan: Plan, at: Case): RequirementAnswer & { reached: readonly Answer[] } {
  const reaches = withoutSecondary(
    speakersOf(plan, 'prior-authorization', at).map((speaker) => reachOf(speaker, at)),
  )
  const missing = reaches.flatMap((reach) => reach.missing)
  let combined: Answer[] = ['silent']
  for (const reach of reaches) combined = combine(combined, reach.answers)
  if (combined.includes('silent')) {
    const silence = meaningOfSilence(plan, at)
    combined = unique(combined.map((one) => (one === 'silent' ? silence.answer : one))) as Answer[]
    missing.push(...silence.missing)
  }
  return { ...conclude(combined, unique(missing)), reached: combined }
}

function conclude(combined: readonly Answer[], missing: string[]): RequirementAnswer {
  const only = combined.length === 1 ? combined[0] : undefined
  if (only === 'required' || only === 'not-required') return { requirement: only, missing: [] }
  if (combined.includes('unknown')) return { requirement: 'indeterminate', missing }
  return { requirement: 'conditional', missing: missing.length > 0 ? missing : ['authorizations'] }
}

/** The most demanding of every pair. */
function combine(some: readonly Answer[], others: readonly Answer[]): Answer[] {
  const pairs = some.flatMap((one) =>
    others.map((other) => (answers.indexOf(one) < answers.indexOf(other) ? one : other)),
  )
  return unique(pairs) as Answer[]
}

/** The answers that one speaker can still give. */
function reachOf(speaker: Speaker, at: Case): Reach {
  const reach = reachOfVoice(speaker, at)
  if (speaker.onlyStops !== undefined) return reachOfStops(reach, speaker)
  // A rule that is silent in this case is silent whether it applies or not.
  if (speaker.doubt === undefined || reach.answers.join() === 'silent') return reach
  return {
    ...reach,
    answers: unique([...reach.answers, 'silent']) as Answer[],
    missing: [...reach.missing, ...speaker.doubt],
  }
}

/** What a speaker that may not speak at all adds: nothing where it only says that none is required. */
function reachOfStops(reach: Reach, speaker: Speaker): Reach {
  const isNothing = ['not-required', 'silent'].includes(reach.answers.join())
  if (isNothing) return { speaker, answers: ['silent'], missing: [] }
  return {
    ...reach,
    answers: unique([...reach.answers, 'silent']) as Answer[],
    missing: [...reach.missing, ...(speaker.doubt ?? [])],
  }
}

function reachOfVoice(speaker: Speaker, at: Case): Reach {
  if (speaker.voice.is !== 'rule') return { speaker, answers: ['unknown'], missing: [] }
  const { rule } = speaker.voice
  const when = rule.when === undefined ? undefined : holds(rule.when, at)
  if (when?.value === 'false') return { speaker, answers: ['silent'], missing: [] }
  const body: Reach =
    rule.kind === 'prior-authorization' ? reachOfCases(rule, at) : { answers: ['unknown'], missing: [] }
  if (when?.value !== 'unknown') return { ...body, speaker }
  return {
    speaker,
    answers: unique([...body.answers, 'silent']) as Answer[],
    missing: [...body.missing, ...when.missing],
  }
}

/** Goes through the cases until one surely holds. */
function reachOfCases(rule: RuleOfKind<'prior-authorization'>, at: Case): Reach {
  const reach: Reach = { answers: [], missing: [] }
  for (const one of rule.cases) {
    const when = one.when === undefined ? undefined : holds(one.when, at)
    if (when?.value === 'false') continue
    if (!reach.answers.includes(one.requirement)) reach.answers.push(one.requirement)
    if (when?.value !== 'unknown') return settled(reach)
    reach.missing.push(...when.missing)
  }
  reach.answers.push('silent')
  return settled(reach)
}

/** Where all cases agree, the facts that would choose between them do not matter. */
function settled(reach: Reach): Reach {
  return reach.answers.length === 1 ? { ...reach, missing: [] } : reach
}

/** `not-required` of a secondary source counts as unknown, unless a rule of another grade reaches only `not-required`. */
function withoutSecondary(reaches: readonly Reach[]): Reach[] {
  const sure = (reach: Reach) =>
    reach.speaker?.grade !== 'secondary' && reach.answers.length === 1 && reach.answers[0] === 'not-required'
  if (reaches.some(sure)) return [...reaches]
  return reaches.map((reach) =>
    reach.speaker?.grade !== 'secondary'
      ? reach
      : {
          ...reach,
          answers: unique(reach.answers.map((one) => (one === 'not-required' ? 'unknown' : one))) as Answer[],
        },
  )
}

/** Silence says not-required where every set that would speak is complete. */
function meaningOfSilence(plan: Plan, at: Case): { answer: Answer; missing: readonly string[] } {
  const sets = setsThatSpeakTo(plan, 'prior-authorization', ['governing', 'binding'], at)
  if (sets.length === 0) return { answer: 'unknown', missing: [] }
  const complete = all(sets.map((id) => completenessOf(id, 'prior-authorization', at)))
  const answer = complete.value === 'true' && procedureValidityOf(at) === 'valid' ? 'not-required' : 'unknown'
  return { answer, missing: complete.missing }
}
