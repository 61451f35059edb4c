import type { Expression } from '../../../decision/shapes/expression.js'
import type { Rule, RuleOfKind } from '../../../decision/shapes/rule.js'
import type { CodeList, Diagnoses } from '../tables/codes.js'
import type { CoveredGroup, Understood, Way } from './covered-groups.js'
import type { OverlayEntry } from '../overlay/overlay.js'
import { groupsInWords, inPortions, reviewRules } from './review-rules.js'

type DiagnosisRule = RuleOfKind<'diagnosis'>
type ConditionalCodes = NonNullable<DiagnosisRule['conditionalCodes']>

export interface ListFacts {
  readonly groups: readonly CoveredGroup[]
  readonly understood: Understood
  /** The reviewed reading of the footnote to which the asterisks of a group refer. */
  readonly footnoteOf: (group: number) => OverlayEntry | undefined
  readonly excluded: CodeList | undefined
  readonly others: DiagnosisRule['others']
  readonly diagnoses: Diagnoses
}

const sectionOf = (numbers: readonly number[]): string =>
  `ICD-10-CM codes that support medical necessity, ${groupsInWords(numbers)}`.slice(0, 120)

/**
 * The diagnosis rules of procedures to which covered groups apply: one rule for all procedures with the
 * same groups. The codes of a group that is not understood become conditional codes without a condition,
 * so that the answer for them is not certain.
 */
export function listRules(procedures: readonly string[], facts: ListFacts): Rule[] {
  const classes = new Map<string, { readonly ways: readonly Way[]; readonly procedures: string[] }>()
  for (const procedure of procedures) {
    const ways = facts.understood.ways.filter(
      (way) => way.procedures === undefined || way.procedures.includes(procedure),
    )
    const key = ways.map((way) => facts.understood.ways.indexOf(way)).join()
    const known = classes.get(key)
    if (known === undefined) classes.set(key, { ways, procedures: [procedure] })
    else known.procedures.push(procedure)
  }
  return [...classes.values()].flatMap((one) => classRules(one.procedures, one.ways, facts, classes.size > 1))
}

function classRules(
  procedures: readonly string[],
  ways: readonly Way[],
  facts: ListFacts,
  several: boolean,
): Rule[] {
  const { unread } = facts.understood
  const numbers = [
    ...new Set([...ways.flatMap(({ groups }) => groups), ...unread.map(({ number }) => number)]),
  ].sort((a, b) => a - b)
  const suffix = several ? `-${(procedures[0] ?? '').toLowerCase()}` : ''
  if (numbers.length === 0) {
    return reviewRules(
      `no-group${suffix}`,
      'diagnosis',
      procedures,
      'The groups of diagnoses name the procedures they are for, and these are not among them. A person must read whether any diagnosis is required.',
      'ICD-10-CM codes that support medical necessity',
    )
  }
  const supports = anyOf([
    ...ways.map(({ expression }) => expression),
    ...unread.map(({ list }): Expression => ({ diagnosis: { codeSet: list.codeSetId } })),
  ])
  const conditionalCodes = conditionalCodesOf(ways, facts)
  if (conditionalCodes.length > 50) {
    return reviewRules(
      `diagnoses${suffix}`,
      'diagnosis',
      procedures,
      'The paragraphs of its groups of diagnoses have not been turned into rules.',
      sectionOf(numbers),
    )
  }
  return inPortions<DiagnosisRule>({
    kind: 'diagnosis',
    ruleId: numbers.length === 1 ? `group-${numbers[0]}${suffix}` : `diagnoses${suffix}`,
    procedures: [...procedures],
    supports,
    ...(conditionalCodes.length === 0 ? {} : { conditionalCodes }),
    ...(facts.excluded === undefined ? {} : { excluded: facts.excluded.codeSetId }),
    others: facts.others,
    statement: statementOf(ways, facts),
    section: sectionOf(numbers),
  })
}

function statementOf(ways: readonly Way[], { understood: { unread }, groups, others }: ListFacts): string {
  const [way] = ways
  const only = groups.find(({ number }) => number === way?.groups[0])
  const denied = others === 'deny' ? ' A diagnosis that is not listed does not.' : ''
  if (ways.length === 1 && unread.length === 0 && way?.alone === true && only !== undefined) {
    return `One of the ${only.list.codes.length} listed diagnoses supports the service.${denied}`
  }
  const alone = ways.filter((one) => one.alone).flatMap((one) => one.groups)
  const together = ways.filter((one) => !one.alone)
  return (
    [
      ...(alone.length === 0
        ? []
        : [`One diagnosis of ${groupsInWords(alone)} supports the service by itself.`]),
      ...together
        .slice(0, 20)
        .map((one) =>
          one.groups.length === 1
            ? `A diagnosis of ${groupsInWords(one.groups)} supports it under the condition that stands beside the group.`
            : `Diagnoses of ${groupsInWords(one.groups)} support it together as the article says.`,
        ),
      ...(unread.length === 0
        ? []
        : [
            `${unread.length === 1 ? 'The paragraph' : 'The paragraphs'} of ${groupsInWords(unread.map(({ number }) => number))} ${unread.length === 1 ? 'holds' : 'hold'} text that has not been turned into a rule.`,
          ]),
    ].join(' ') + denied
  )
}

function conditionalCodesOf(ways: readonly Way[], facts: ListFacts): ConditionalCodes {
  const {
    groups,
    understood: { unread },
    excluded,
  } = facts
  const byNumber = new Map(groups.map((group) => [group.number, group]))
  const plainly = new Set(
    ways
      .filter(({ alone }) => alone)
      .flatMap((way) => way.groups)
      .flatMap((number) => {
        const group = byNumber.get(number)
        const starred = new Set(facts.footnoteOf(number)?.reading === 'plain' ? [] : group?.starred)
        return group?.list.codes.filter((code) => !starred.has(code)) ?? []
      }),
  )
  const used = new Set([...ways.flatMap((way) => way.groups), ...unread.map(({ number }) => number)])
  const entries: Array<{ codes: readonly string[]; condition?: Expression; note: string }> = []
  for (const { number, list } of unread) {
    entries.push({
      codes: list.codes.filter((code) => !plainly.has(code)),
      note: `The paragraph of group ${number} may bind its codes to a condition; nobody has turned it into a rule. Read it in the article.`,
    })
  }
  for (const { number, starred, footnote } of groups) {
    const review = facts.footnoteOf(number)
    if (!used.has(number) || starred.length === 0 || review?.reading === 'plain') continue
    const condition = typeof review?.reading === 'object' ? review.reading.supports : undefined
    const note =
      condition !== undefined
        ? `These codes of group ${number} carry an asterisk; its footnote names a condition.`
        : footnote === undefined
          ? `These codes of group ${number} carry an asterisk; the text of the footnote is not in the export.`
          : `These codes of group ${number} carry an asterisk; nobody has turned its footnote into a rule. Read it in the article.`
    entries.push({
      codes: starred.filter((code) => !plainly.has(code)),
      note,
      ...(condition === undefined ? {} : { condition }),
    })
  }
  const listed = new Set(groups.filter(({ number }) => used.has(number)).flatMap(({ list }) => list.codes))
  entries.push({
    codes: excluded?.codes.filter((code) => listed.has(code)) ?? [],
    note: 'These codes are listed both as supporting and as not supporting.',
  })
  return entries.flatMap(({ codes, ...rest }) =>
    portionsOf(codes).map((portion) => ({ ...rest, codes: portion })),
  )
}

// Limits of the pack format for the codes of an entry and the parts of an `any`.
const mostCodes = 1000
const mostParts = 200

function portionsOf(codes: readonly string[]): string[][] {
  const portions: string[][] = []
  for (let at = 0; at < codes.length; at += mostCodes) portions.push(codes.slice(at, at + mostCodes))
  return portions
}

function anyOf(parts: readonly Expression[]): Expression {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  if (parts.length <= mostParts) return { any: [...parts] }
  return { any: [...parts.slice(0, mostParts - 1), anyOf(parts.slice(mostParts - 1))] }
}
