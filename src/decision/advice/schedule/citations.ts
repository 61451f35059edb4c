import type { Citation, Finding } from '../../determination.js'

/** The citations of an answer: each rule once, pointed to by its position, counted from 1. */
export interface Citations {
  readonly pointersTo: (findings: readonly Finding[]) => number[]
  readonly all: () => Citation[]
}

/** An empty list of citations, which grows with what points to it. */
export function citationsOf (): Citations {
  const positions = new Map<string, number>()
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
  return {
    pointersTo: findings => [...new Set(findings.map(({ citation }) => pointerTo(citation)))].sort((a, b) => a - b),
    all: () => all
  }
}
