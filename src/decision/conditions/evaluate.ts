import { inProcedures, isState, partsOf, wholeState } from '../shapes/codes.js'
import type { AtomArgument, AtomName, Connectives, Expression } from '../shapes/expression.js'
import { diagnosesAsText, historyGap, type Facts, type LineFacts } from '../facts/facts.js'
import { compareLab } from './lab.js'
import { addDays, addMonths } from '../shapes/plain-date.js'
import { allDaysOf, dosesBeside, sharesDay } from '../facts/procedure-pair-parts.js'
import { allOf, anyOf, atLeast, decided, not, union, unknown, type Evaluated } from '../shapes/truth.js'

/**
 * Diagnosis codes that support the service only under a condition. `condition` is absent where the text of
 * the condition is not loaded.
 */
export interface ConditionalCodes {
  readonly codes: readonly string[]
  readonly condition?: Expression | undefined
}

/**
 * Evaluates a condition over the facts of a line, in Kleene logic. Never throws; an unknown result names the
 * missing facts. `conditional` are listed diagnoses with a condition (the asterisks of an article): they
 * match only if their condition holds.
 */
export function evaluate(
  expression: Expression,
  facts: Facts,
  conditional: readonly ConditionalCodes[] = [],
): Evaluated {
  // An expression has one key. Reading it once is several times faster than asking for each.
  const [name] = Object.keys(expression) as [Name]
  return evaluateNamed(name, expression, facts, conditional)
}

type Arguments = Connectives<Expression> & { readonly [K in AtomName]: AtomArgument<K> }
type Name = keyof Arguments
type Evaluators = {
  readonly [K in Name]: (
    argument: Arguments[K],
    facts: Facts,
    conditional: readonly ConditionalCodes[],
  ) => Evaluated
}

// One entry per connective and atom; a new one without an evaluator does not compile.
const evaluators: Evaluators = {
  all: (parts, facts, conditional) => allOf(parts.map((part) => evaluate(part, facts, conditional))),
  any: (parts, facts, conditional) => anyOf(parts.map((part) => evaluate(part, facts, conditional))),
  not: (part, facts, conditional) => not(evaluate(part, facts, conditional)),
  atLeast: ({ n, of }, facts, conditional) =>
    atLeast(
      n,
      of.map((part) => evaluate(part, facts, conditional)),
    ),
  diagnosis: (atom, facts, conditional) => matchDiagnosis(atom, facts, conditional),
  procedureCode: (codes, { line }) =>
    decided(inProcedures(line.code, codes), { fact: 'procedureCode', value: line.code }),
  placeOfService: (values, { line }) => oneOf('placeOfService', line.sent.placeOfService, values),
  claimType: (values, { claimType }) => oneOf('claimType', claimType, values),
  state: (values, { state }) => matchState(state, values),
  modifier: (values, { line }) => matchModifier(line.sent.modifiers, values),
  modifierOnOtherLine: (values, facts) => matchModifierOnOtherLine(values, facts),
  networkStatus: (values, { line }) =>
    oneOf('provider.networkStatus', line.sent.provider?.networkStatus, values),
  taxonomyCode: (values, { line }) =>
    oneOf('provider.taxonomyCode', line.sent.provider?.taxonomyCode?.toUpperCase(), values),
  vialType: (values, { line }) => oneOf('vialType', line.sent.vialType, values),
  treatmentPhase: (values, { sent }) => oneOf('treatment.phase', sent.treatment?.phase, values),
  sex: (values, { sent }) => oneOf('patient.sex', sent.patient?.sex, values),
  ageYears: ({ minimum = 0, maximum = Infinity }, { sent }) => {
    const age = sent.patient?.ageYears
    return age === undefined
      ? unknown(['patient.ageYears'])
      : decided(age >= minimum && age <= maximum, { fact: 'patient.ageYears', value: String(age) })
  },
  units: ({ over }, facts) => matchUnits(over, facts),
  discardedUnits: ({ over }, { line }) =>
    'missing' in line.discardedUnits
      ? unknown([line.discardedUnits.missing])
      : decided(line.discardedUnits.value > over, {
          fact: 'discardedUnits',
          value: String(line.discardedUnits.value),
        }),
  goldCard: (_, { line }) => {
    const goldCard = line.sent.provider?.goldCard
    return goldCard === undefined
      ? unknown(['provider.goldCard'])
      : decided(goldCard, { fact: 'provider.goldCard', value: String(goldCard) })
  },
  ndcGiven: (_, { line }) =>
    line.sent.ndc === undefined
      ? unknown(['ndc'])
      : decided(true, { fact: 'ndc', value: line.sent.ndc.code }),
  lab: (criterion, { sent, line }) => compareLab(criterion, sent.labResults ?? [], line.date),
  documented: (item, { sent }) => {
    const given = (sent.documentation ?? [])
      .filter((entry) => entry.item === item)
      .map((entry) => entry.present)
    const [first] = given
    // An item given both as present and as not present is unknown: somebody has to look at the chart.
    if (first === undefined || given.includes(!first)) return unknown([`documentation/${item}`])
    return decided(first, { fact: `documentation/${item}`, value: first ? 'present' : 'not present' })
  },
  previousService: (argument, facts) => matchPreviousService(argument, facts),
  companion: ({ procedureCodes }, { line, lines, planned, sent }) => {
    const sameDay = [...lines.filter((other) => other !== line), ...planned].filter(
      (other) => other.date === line.date,
    )
    const found = sameDay.find((other) => inProcedures(other.code, procedureCodes))
    if (found !== undefined) return decided(true, { fact: 'companion procedure', value: found.code })
    return sent.claimIsComplete === true
      ? decided(false, { fact: 'claimIsComplete', value: 'true' })
      : unknown(['plannedServices'])
  },
}

function evaluateNamed<K extends Name>(
  name: K,
  expression: Expression,
  facts: Facts,
  conditional: readonly ConditionalCodes[],
): Evaluated {
  return evaluators[name]((expression as unknown as Arguments)[name], facts, conditional)
}

function oneOf(fact: string, value: string | undefined, values: readonly string[]): Evaluated {
  return value === undefined ? unknown([fact]) : decided(values.includes(value), { fact, value })
}

/**
 * Whether a state is in the list. If the list has only some parts of the state (such as NF, northern
 * California), the part must be given.
 */
export function matchState(state: string | undefined, listed: readonly string[]): Evaluated {
  // A code that names no state is a typing error and does not show where the service is furnished.
  if (state === undefined || !isState(state)) return unknown(['state'])
  const used = { fact: 'coverage.state', value: state }
  if (listed.includes(state) || listed.includes(wholeState(state))) return decided(true, used)
  const parts = partsOf(state)
  const among = parts.filter((part) => listed.includes(part)).length
  if (among > 0 && among < parts.length) return unknown(['state'], [used])
  return decided(among > 0, used)
}

function matchModifier(modifiers: readonly string[] | undefined, values: readonly string[]): Evaluated {
  if (modifiers === undefined) return unknown(['modifiers'])
  return decided(
    modifiers.some((modifier) => values.includes(modifier.toUpperCase())),
    { fact: 'modifiers', value: modifiers.join(' ') || 'none' },
  )
}

function unitsOver(over: number, { billedUnits }: LineFacts): Evaluated {
  return 'missing' in billedUnits
    ? unknown([billedUnits.missing])
    : decided(billedUnits.value > over, { fact: 'units', value: String(billedUnits.value) })
}

/**
 * Compares the units of the dose with a limit. Discarded units are no part of a dose, so a line of discarded
 * drug is compared by the doses that it belongs to. A line that may be one is compared both ways.
 */
function matchUnits(over: number, { line, lines }: Facts): Evaluated {
  const own = unitsOver(over, line)
  const { isDiscarded, notGiven } = line.modifiers
  if (!isDiscarded && !notGiven) return own
  const doses = dosesBeside(line, lines)
  if (doses.length === 0) return own
  const beside = anyOf(doses.map((dose) => unitsOver(over, dose)))
  if (isDiscarded) return beside
  if (own.truth === beside.truth && own.truth !== 'unknown') return own
  return unknown(union(['modifiers'], own.missing, beside.missing), own.used)
}

/**
 * Looks for a modifier on the other lines of the code that share a day with this one. The days are those of
 * the request, even when one day of the line is decided.
 */
function matchModifierOnOtherLine(values: readonly string[], { line, lines }: Facts): Evaluated {
  const own = allDaysOf(line)
  return anyOf(
    lines
      .filter((other) => other !== line && other.code === line.code && sharesDay(allDaysOf(other), own))
      .map(({ lineNumber, sent }) => {
        const { truth, missing, used } = matchModifier(sent.modifiers, values)
        const named = used.map(({ value }) => ({ fact: 'modifiers', value: `line ${lineNumber}: ${value}` }))
        return { truth, missing, used: named }
      }),
  )
}

/** Whether the atom names a normalized diagnosis code, by its code set, a code or a prefix (`D51*`). */
export function namesDiagnosis(
  { codeSet, codes }: AtomArgument<'diagnosis'>,
  code: string,
  { view }: Pick<Facts, 'view'>,
): boolean {
  if (codeSet !== undefined && view.codeSet(codeSet)?.has(code) === true) return true
  return (codes ?? []).some((entry) =>
    entry.endsWith('*') ? code.startsWith(entry.slice(0, -1)) : entry === code,
  )
}

function matchDiagnosis(
  atom: AtomArgument<'diagnosis'>,
  facts: Facts,
  conditional: readonly ConditionalCodes[],
): Evaluated {
  if ('missing' in facts.linkedDiagnoses) return unknown([facts.linkedDiagnoses.missing])
  const linked = facts.linkedDiagnoses.value
  const eligible =
    atom.position === 'primary'
      ? linked.slice(0, 1)
      : atom.position === 'secondary'
        ? linked.slice(1)
        : linked
  const used = { fact: 'diagnosisCodes', value: diagnosesAsText(eligible) || 'none' }
  const matches = eligible.map((code) => {
    if (!namesDiagnosis(atom, code, facts)) return decided(false)
    // A code may have several conditions. Inside them no diagnosis is conditional.
    return allOf(
      conditional
        .filter((entry) => entry.codes.includes(code))
        .map(({ condition }) =>
          condition === undefined ? unknown([], [], 'condition-text-not-held') : evaluate(condition, facts),
        ),
    )
  })
  const result = anyOf(matches)
  return { ...result, used: [used, ...result.used] }
}

function matchPreviousService(
  { procedureCodes, within }: AtomArgument<'previousService'>,
  facts: Facts,
): Evaluated {
  const { line } = facts
  const counts = (date: string): boolean =>
    line.date <
    ('days' in within && within.days !== undefined
      ? addDays(date, within.days)
      : addMonths(date, within.months ?? 0))
  const last = lastServiceBefore(line.date, procedureCodes, facts)
  // Where the last one is too long ago, so are those before it.
  if (last !== undefined && counts(last))
    return decided(true, { fact: 'serviceHistory', value: `last on ${last}` })
  const missing = historyGap(facts, counts)
  return missing.length > 0
    ? unknown(missing)
    : decided(false, { fact: 'serviceHistory', value: 'none in that time' })
}

/**
 * The last day before a date on which the history or a line of the request has one of the services. What is looked up
 * leaves out the entries that are lines of the request; these are looked at here anyway.
 */
function lastServiceBefore(
  date: string,
  codes: readonly string[],
  { earlierServices, lines }: Facts,
): string | undefined {
  let last = earlierServices(codes).findLast(
    (service) => service.date < date && service.isService !== 'false',
  )?.date
  for (const service of lines) {
    if (service.date >= date || (last !== undefined && service.date <= last)) continue
    if (inProcedures(service.code, codes)) last = service.date
  }
  return last
}
