import { citeTable } from '../../explain/citation.js'
import { doseOn } from '../../facts/code-presence.js'
import { citationOf, kindOf } from '../../explain/findings.js'
import type { LineVerdict } from '../../verdict/verdict.js'
import type { Facts } from '../../facts/facts.js'
import { decidedKinds, type DecidedKind } from '../../shapes/rule-kinds.js'
import { sentenceOf } from '../../explain/sentences/sentence.js'
import { evaluateApplicable, whenOf } from '../../questions/evaluate-applicable.js'
import type { ApplicableRules } from '../../applicable/applicable-rules.js'
import type { Provision } from '../../applicable/provision.js'
import { describe, listed } from '../../explain/wording.js'
import { checklistTopics, type ChecklistItem, type ChecklistSection, type ChecklistTopic } from './answer.js'
import { atomsOf, conditionsOf } from '../../conditions/walk.js'
import type { Citations } from './citations.js'
import { itemOf } from './rule-items.js'

/** What sections are made of: who speaks under the plan, the facts of the line, the answer of a check, and where citations go. */
export interface Ground {
  readonly applicable: ApplicableRules
  readonly facts: Facts
  readonly line: LineVerdict
  readonly citations: Citations
}

interface Heading {
  readonly step: number
  readonly title: string
  readonly noun: string
}

// One entry per topic; a topic without an entry does not compile.
const headings: { readonly [T in ChecklistTopic]: Heading } = {
  'prior-authorization': { step: 1, title: 'Prior authorization', noun: 'prior authorization' },
  'coverage-exclusion': { step: 1, title: 'Not covered at all', noun: 'exclusions' },
  contact: { step: 1, title: 'Whom to call', noun: 'whom to call' },
  diagnosis: { step: 2, title: 'Diagnoses', noun: 'diagnoses' },
  documentation: { step: 3, title: 'What the note must say', noun: 'what the record must show' },
  laboratory: { step: 3, title: 'Laboratory values', noun: 'a laboratory value or threshold' },
  frequency: { step: 4, title: 'Schedule', noun: 'the schedule' },
  units: { step: 5, title: 'Units', noun: 'units' },
  'claim-line': { step: 5, title: 'Claim line: NDC, modifiers, companion codes', noun: 'the claim line' },
}

/** The page, topic by topic. No topic is ever silent: where nothing is held it says so. */
export function sectionsOf(ground: Ground): ChecklistSection[] {
  const makers: Partial<Record<ChecklistTopic, (ground: Ground) => ChecklistItem[]>> = {
    'prior-authorization': authorizationItems,
    contact: contactItems,
    laboratory: laboratoryItems,
    units: unitItems,
    'claim-line': claimLineItems,
  }
  return checklistTopics.map((topic) => {
    const { noun } = headings[topic]
    const make = makers[topic] ?? ((given) => itemsOfKind(topic as DecidedKind, given))
    const items = make(ground)
    return section(
      topic,
      items.length > 0
        ? items
        : [
            notHeld(
              `No rule of this plan on ${noun} is loaded for ${ground.facts.line.code}: ask the payer.`,
            ),
          ],
    )
  })
}

/** The page where no plan can be told: every topic says why. */
export function sectionsWithoutPlan(reason: string): ChecklistSection[] {
  return checklistTopics.map((topic) =>
    section(topic, [notHeld(`Nothing can be said on ${headings[topic].noun}. ${reason}`)]),
  )
}

function section(topic: ChecklistTopic, items: ChecklistItem[]): ChecklistSection {
  const { step, title } = headings[topic]
  const standing = items.some((item) => item.standing === 'rule')
    ? 'rule'
    : items.some((item) => item.standing === 'undecided')
      ? 'undecided'
      : 'not-held'
  return { topic, step, title, standing, items }
}

function notHeld(text: string, citationPointers: number[] = []): ChecklistItem {
  return { standing: 'not-held', text, points: [], lists: [], citationPointers }
}

function itemsOfKind(kind: DecidedKind, ground: Ground): ChecklistItem[] {
  const { applicable, facts, citations } = ground
  const evaluated = evaluateApplicable(kind, applicable, facts).map(({ provision, result }) =>
    itemOf(provision, sentenceOf(result.reason, facts.view), facts, citations),
  )
  // A rule that does not apply is still held: saying that there is none would be wrong.
  return evaluated.length > 0
    ? evaluated
    : allProvisionsOn(kind, ground).map((provision) => ({
        ...itemOf(provision, '', facts, citations),
        label: 'Held, but does not apply to what was given',
        points: [],
        lists: [],
      }))
}

function allProvisionsOn(kind: DecidedKind, { applicable }: Ground): Provision[] {
  return applicable.setsFor(kind).flatMap(({ provisions }) => provisions)
}

/** Provisions of a kind, without rules whose condition is known not to hold. */
function provisionsOn(kind: DecidedKind, ground: Ground): Provision[] {
  return allProvisionsOn(kind, ground).filter(
    (provision) => provision.type !== 'rule' || whenOf(provision, ground.facts)?.truth !== 'false',
  )
}

function authorizationItems(ground: Ground): ChecklistItem[] {
  const { facts, line, citations } = ground
  const { answer, findings } = line.answers['prior-authorization']
  const reason = sentenceOf(answer.reason, facts.view)
  const spoken = provisionsOn('prior-authorization', ground).map((provision) =>
    itemOf(provision, '', facts, citations),
  )
  const byList = findings.filter((finding) => kindOf(finding) === 'completeness')
  if (spoken.length > 0 && byList.length === 0) return spoken
  const pointers = byList.map((finding) => citations.pointerTo(citationOf(finding)))
  const settled: ChecklistItem =
    answer.requirement === 'indeterminate'
      ? notHeld(`${reason} Ask the payer.`, pointers)
      : { ...notHeld(reason, pointers), standing: 'rule' }
  return [...spoken, settled]
}

function contactItems(ground: Ground): ChecklistItem[] {
  const found = provisionsOn('prior-authorization', ground).flatMap((provision) => {
    if (
      provision.type !== 'rule' ||
      provision.rule.kind !== 'prior-authorization' ||
      provision.rule.contact === undefined
    )
      return []
    const { name, phone, url } = provision.rule.contact
    return [
      {
        ...itemOf(provision, '', ground.facts, ground.citations),
        text: [name, phone, url].filter((part) => part !== undefined).join(', '),
        points: [],
      },
    ]
  })
  return found.length > 0
    ? found
    : [
        notHeld(
          "No contact of this plan is loaded: use the provider line on the member's card or the payer's portal.",
        ),
      ]
}

function laboratoryItems(ground: Ground): ChecklistItem[] {
  const { facts, citations } = ground
  return decidedKinds
    .filter((kind) => kind !== 'units')
    .flatMap((kind) => provisionsOn(kind, ground))
    .flatMap((provision) => {
      if (provision.type !== 'rule') return []
      const labs = conditionsOf(provision.rule)
        .flatMap(atomsOf)
        .filter((atom) => 'lab' in atom)
        .map((atom) => describe(atom, facts.view))
      if (labs.length === 0) return []
      const { citationPointers, dependsOn } = itemOf(provision, '', facts, citations)
      return [
        {
          standing: 'rule' as const,
          text: `The rule looks at: ${listed([...new Set(labs)], 'and')}.`,
          points: [],
          lists: [],
          citationPointers,
          ...(dependsOn === undefined ? {} : { dependsOn }),
        },
      ]
    })
}

function unitItems(ground: Ground): ChecklistItem[] {
  const { facts, citations } = ground
  const table = facts.view.codeTable('hcpcs')?.on(facts.line.code, facts.line.date)
  const per = table === undefined ? undefined : doseOn(table, facts.line.code, facts.line.date)
  const limits = itemsOfKind('units', ground)
  // UCUM writes ug; clinics write mcg, since a handwritten ug has been read as mg.
  return [
    ...(table === undefined || per === undefined
      ? []
      : [
          {
            ...notHeld(
              `One unit is any dose up to ${per.value} ${per.unit === 'ug' ? 'mcg' : per.unit}; a larger dose is rounded up.`,
              [citations.pointerTo(citeTable('hcpcs', table.source))],
            ),
            standing: 'rule' as const,
          },
        ]),
    ...(limits.length > 0
      ? limits
      : [notHeld(`No unit limit of this plan is loaded for ${facts.line.code}: ask the payer.`)]),
  ]
}

function claimLineItems(ground: Ground): ChecklistItem[] {
  const atoms = allProvisionsOn('claim-line', ground).flatMap((provision) =>
    provision.type === 'rule' ? conditionsOf(provision.rule).flatMap(atomsOf) : [],
  )
  const open = [
    ...(atoms.some((atom) => 'ndcGiven' in atom) ? [] : ['whether an NDC is required']),
    ...(atoms.some((atom) => 'modifier' in atom) ? [] : ['modifiers']),
    ...(atoms.some((atom) => 'companion' in atom) ? [] : ['administration or other companion codes']),
    ...(atoms.some((atom) => 'placeOfService' in atom) ? [] : ['places of service']),
  ]
  return [
    ...itemsOfKind('claim-line', ground),
    ...(open.length === 0
      ? []
      : [notHeld(`No rule of this plan is loaded on ${listed(open, 'or')}: ask the payer.`)]),
  ]
}
