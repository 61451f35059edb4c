import { cite } from '../../explain/citation.js'
import { citationOf } from '../../explain/findings.js'
import type { Citation } from '../../shapes/finding.js'
import type { FindingVerdict } from '../../verdict/finding.js'
import type { Provision } from '../../applicable/provision.js'

/** The citations of an answer: each rule once, pointed to by its position, counted from 1. */
export interface Citations {
  readonly pointersTo: (findings: readonly FindingVerdict[]) => number[]
  readonly pointersToProvisions: (provisions: readonly Provision[]) => number[]
  readonly all: () => Citation[]
}

/** An empty list of citations, which grows with what points to it. */
export function citationsOf(): Citations {
  const positions = new Map<string, number>()
  // The same rule stands behind date after date: it is cited once.
  const [ofProvisions, ofCitations] = [new Map<object, number>(), new Map<Citation, number>()]
  const all: Citation[] = []
  const pointerTo = (citation: Citation): number => {
    const { policySetId, policyId, versionId, ruleId, row, document, effectiveFrom } = citation
    const key = `${policySetId} ${policyId ?? ''} ${versionId ?? ''} ${ruleId ?? ''} ${row ?? ''} ${effectiveFrom ?? ''} ${document}`
    const known = positions.get(key)
    if (known !== undefined) return known
    all.push(citation)
    positions.set(key, all.length)
    return all.length
  }
  const pointerToProvision = (provision: Provision): number => {
    const known = ofProvisions.get(provision)
    if (known !== undefined) return known
    const position = pointerTo(cite(provision.origin, provision.type === 'rule' ? provision.rule : undefined))
    ofProvisions.set(provision, position)
    return position
  }
  return {
    pointersTo: (findings) =>
      inOrder(
        findings.map((finding) => {
          const citation = citationOf(finding)
          const position = ofCitations.get(citation) ?? pointerTo(citation)
          ofCitations.set(citation, position)
          return position
        }),
      ),
    pointersToProvisions: (provisions) => inOrder(provisions.map(pointerToProvision)),
    all: () => all,
  }
}

function inOrder(pointers: readonly number[]): number[] {
  return pointers.length < 2 ? [...pointers] : [...new Set(pointers)].sort((a, b) => a - b)
}
