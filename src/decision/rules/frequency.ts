import { inProcedures, treatmentPhases, type TreatmentPhase } from '../codes.js'
import { evaluate } from '../criteria.js'
import { amountOf, type Amount, type EarlierService, type Facts } from '../facts.js'
import type { RuleOfKind } from '../policy.js'
import { union } from '../truth.js'
import { holdAll } from './frequency-combine.js'
import { evaluateLimit, type CountedService, type Counted } from './frequency-limits.js'
import type { ScheduleResult } from './result.js'

type FrequencyRule = RuleOfKind<'frequency'>

/** Compares the schedule with the rule's limits: by phase where it has phases, exempt where it says so. */
export function evaluateFrequency (rule: FrequencyRule, facts: Facts): ScheduleResult {
  const counted = countedFor(rule, facts)
  const body = rule.phases === undefined ? holdAll((rule.limits ?? []).map(limit => evaluateLimit(limit, counted, facts))) : byPhase(rule.phases, counted, facts)
  if (rule.exemptWhen === undefined) return body
  const exempt = evaluate(rule.exemptWhen, facts)
  if (exempt.truth === 'false' || (exempt.truth === 'unknown' && body.status === 'within-limit')) return body
  if (exempt.truth === 'true') return { ...holdAll([]), used: exempt.used, reasonCode: 'exempt', reason: 'The limit does not apply: the case is exempt.' }
  return {
    ...body, status: 'unknown', truth: 'unknown', arithmetic: {}, missing: union(exempt.missing, body.truth === 'unknown' ? body.missing : []),
    reasonCode: 'exemption-unknown', reason: `Whether the case is exempt is not known. If it is not: ${body.reason}`
  }
}

/** The services that count for the line: history, and earlier lines of the request; a repeated entry of the line itself does not. */
function countedFor (rule: FrequencyRule, { line, lines, history }: Facts): Counted {
  const codes = rule.countsTogether ?? rule.procedures
  const counted = history === undefined ? [] : countedHistory(rule, history)
  const past = (counted.at(-1)?.date ?? '') < line.date ? counted : counted.filter(entry => !(entry.date === line.date && entry.code === line.code))
  const earlierLines = lines
    .filter(other => (other.date < line.date || (other.date === line.date && other.lineNumber < line.lineNumber)) && inProcedures(other.code, codes))
    .map((other): CountedService => ({ date: other.date, weight: weigh(rule, amountOf(other.billedUnits)) }))
  return { services: byDate(past, earlierLines), own: weigh(rule, amountOf(line.billedUnits)), counting: rule.counting }
}

function weigh ({ counting }: FrequencyRule, units: Amount): Amount {
  return counting === 'services' ? oneService : units
}

const oneService: Amount = { least: 1, most: 1 }

type CountedEntry = CountedService & Pick<EarlierService, 'code'>
// A schedule asks about hundreds of days against one history, a claim about hundreds of lines: what of it a rule counts is the same each time.
const counts = new WeakMap<readonly EarlierService[], Map<FrequencyRule, readonly CountedEntry[]>>()

function countedHistory (rule: FrequencyRule, history: readonly EarlierService[]): readonly CountedEntry[] {
  const byRule = counts.get(history) ?? new Map<FrequencyRule, readonly CountedEntry[]>()
  counts.set(history, byRule)
  const known = byRule.get(rule)
  if (known !== undefined) return known
  const codes = rule.countsTogether ?? rule.procedures
  const found = history.filter(entry => inProcedures(entry.code, codes)).map(({ code, date, units }) => ({ code, date, weight: weigh(rule, units) }))
  byRule.set(rule, found)
  return found
}

/** In order of date. History is, and lines mostly come after it in their order: then there is nothing to sort. */
function byDate (past: readonly CountedService[], lines: readonly CountedService[]): readonly CountedService[] {
  if (lines.length === 0) return past
  let last = past.at(-1)?.date ?? ''
  const inOrder = lines.every(({ date }) => {
    const follows = last <= date
    last = date
    return follows
  })
  const all = [...past, ...lines]
  return inOrder ? all : all.sort((a, b) => a.date < b.date ? -1 : a.date > b.date ? 1 : 0)
}

/** Without a phase every phase is possible, one the document is silent on included: where they agree that is the answer, else the phase is asked for. */
function byPhase (phases: NonNullable<FrequencyRule['phases']>, counted: Counted, facts: Facts): ScheduleResult {
  const under = (phase: TreatmentPhase): ScheduleResult => {
    const entry = phases.find(candidate => candidate.phase === phase)
    if (entry === undefined) return undecided([], 'phase-not-covered', `The document gives no limit for the ${phase} phase.`)
    return holdAll(entry.limits.map(limit => evaluateLimit(limit, counted, facts)))
  }
  const given = facts.sent.treatment?.phase
  if (given !== undefined) {
    const result = under(given)
    return { ...result, used: [{ fact: 'treatment.phase', value: given }, ...result.used] }
  }
  const results = treatmentPhases.map(phase => ({ phase, result: under(phase) }))
  const statuses = union(results.map(({ result }) => result.status))
  const byName = results.map(({ phase, result }) => `${phaseName[phase]}: ${result.reason}`).join(' ')
  if (statuses.length === 1) {
    const agreed = holdAll(results.map(({ result }) => result))
    return results[0]?.result.reason === results[1]?.result.reason ? agreed : { ...agreed, reason: byName }
  }
  const missing = union(['treatment.phase'], ...results.map(({ result }) => result.missing))
  return undecided(missing, 'phase-not-given', `The answer depends on the treatment phase: ${byName}`)
}

const phaseName: Record<TreatmentPhase, string> = { loading: 'In the loading phase', maintenance: 'In maintenance' }

function undecided (missing: readonly string[], reasonCode: string, reason: string): ScheduleResult {
  return { truth: 'unknown', status: 'unknown', missing, used: [], reasonCode, reason, arithmetic: {} }
}
