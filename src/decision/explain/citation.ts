import type { Citation } from '../shapes/finding.js'
import { memoizeByKey } from '../memoize.js'
import type { Completeness } from '../shapes/policy.js'
import type { Rule } from '../shapes/rule.js'
import { documentTitle, type Source } from '../shapes/source.js'
import type { Origin, Provision } from '../applicable/provision.js'

/** A citation while it is being put together. Fields are set one by one: this runs for every finding, and spreading is slow. */
type Draft = { -readonly [K in keyof Citation]: Citation[K] }

function draft(policySetId: string, source: Source): Draft {
  const { publisher, documentVersion, url, grade, retrievedOn, coversThrough } = source
  const document = documentTitle(source)
  const citation: Draft = { policySetId, publisher, document, url, grade, retrievedOn }
  if (documentVersion !== undefined) citation.documentVersion = documentVersion
  if (coversThrough !== undefined) citation.coversThrough = coversThrough
  return citation
}

/** Cites a rule (or a whole version or table row when there is none) in the version that was in force. */
export function cite(
  origin: Origin,
  rule?: Pick<Rule, 'ruleId' | 'section' | 'row' | 'from' | 'to'>,
  row?: string,
): Citation {
  const citation = draft(origin.policySetId, origin.source)
  const cited = rule?.row ?? row
  const to = rule?.to ?? origin.to
  citation.versionId = origin.versionId
  citation.effectiveFrom = rule?.from ?? origin.from
  if (to !== undefined) citation.effectiveTo = to
  if (origin.policyId !== undefined) citation.policyId = origin.policyId
  if (rule !== undefined) citation.ruleId = rule.ruleId
  if (rule?.section !== undefined) citation.section = rule.section
  if (cited !== undefined) citation.row = cited
  return citation
}

/** Cites what spoke: its rule, or the row of the table. */
export function citeProvision(provision: Provision): Citation {
  return cite(provision.origin, provision.type === 'rule' ? provision.rule : undefined, rowOf(provision))
}

/** The row of a table that spoke, in words short enough to find it again. */
export function rowOf(provision: Provision): string | undefined {
  switch (provision.type) {
    case 'unit-limit':
      return `MUE ${provision.row.maximum}, MAI ${provision.row.adjudicationIndicator}, ${provision.edition.setting}`
    case 'procedure-pair':
      return `column one ${provision.columnOne}, column two ${provision.pair.columnTwo}, modifier indicator ${provision.pair.modifierIndicator}${provision.pair.rationale === undefined ? '' : `, rationale ${provision.pair.rationale}`}`
    case 'ndc':
      return `NDC ${provision.ndc} -> ${provision.rows.map(({ procedureCode }) => procedureCode).join(', ')}`
    default:
      return undefined
  }
}

/** Cites the declaration by which the silence of a set means something. */
export function citeCompleteness(policySetId: string, declaration: Completeness): Citation {
  return declarationsCited(declaration, policySetId, () => {
    const citation = draft(policySetId, declaration.source)
    citation.effectiveFrom = declaration.from
    if (declaration.to !== undefined) citation.effectiveTo = declaration.to
    return citation
  })
}

const declarationsCited = memoizeByKey<Completeness, Citation>(8)

/** Cites a code table, which belongs to no policy set. */
export function citeTable(system: string, source: Source): Citation {
  return tablesCited(source, system, () => draft(system, source))
}

const tablesCited = memoizeByKey<Source, Citation>(8)
