import type { Citation } from './determination.js'
import type { Completeness, Rule, Source } from './policy.js'
import type { Origin } from './voices.js'

function ofSource (source: Source): Pick<Citation, 'publisher' | 'document' | 'documentVersion' | 'url' | 'grade' | 'retrievedOn' | 'coversThrough'> {
  return {
    publisher: source.publisher,
    // Some titles begin with the number or name already.
    document: source.documentNumber === undefined || source.title.startsWith(source.documentNumber) ? source.title : `${source.documentNumber} ${source.title}`,
    ...(source.documentVersion === undefined ? {} : { documentVersion: source.documentVersion }),
    url: source.url, grade: source.grade, retrievedOn: source.retrievedOn,
    ...(source.coversThrough === undefined ? {} : { coversThrough: source.coversThrough })
  }
}

/** Cites a rule (or a whole version or table row when there is none) in the version that was in force. */
export function cite (origin: Origin, rule?: Pick<Rule, 'ruleId' | 'section' | 'row' | 'from' | 'to'>, row?: string): Citation {
  const cited = rule?.row ?? row
  const from = rule?.from ?? origin.from
  const to = rule?.to ?? origin.to
  return {
    ...(rule === undefined ? {} : { ruleId: rule.ruleId }),
    policySetId: origin.policySetId,
    ...(origin.policyId === undefined ? {} : { policyId: origin.policyId }),
    versionId: origin.versionId,
    ...(rule?.section === undefined ? {} : { section: rule.section }),
    ...(cited === undefined ? {} : { row: cited }),
    ...ofSource(origin.source), effectiveFrom: from, ...(to === undefined ? {} : { effectiveTo: to })
  }
}

/** Cites the declaration by which the silence of a set means something. */
export function citeCompleteness (policySetId: string, declaration: Completeness): Citation {
  return { policySetId, ...ofSource(declaration.source), effectiveFrom: declaration.from, ...(declaration.to === undefined ? {} : { effectiveTo: declaration.to }) }
}

/** Cites a code table, which belongs to no policy set. */
export function citeTable (system: string, source: Source): Citation {
  return { policySetId: system, ...ofSource(source) }
}
