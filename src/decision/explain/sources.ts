import type { Draft } from '../draft.js'
import type { SourceRead } from '../applicable/behind.js'
import type { Origin, Provision } from '../applicable/provision.js'
import { memoizeByKey } from '../memoize.js'
import type { CitedRule, CitedSource } from '../shapes/cited-source.js'
import { displayDiagnosis } from '../shapes/codes.js'
import type { SourceReference } from '../shapes/finding.js'
import type { Completeness } from '../shapes/policy.js'
import type { Rule } from '../shapes/rule.js'
import { documentTitle, isSameSource, type Source } from '../shapes/source.js'
import { union } from '../shapes/truth.js'
import type { FindingVerdict } from '../verdict/finding.js'
import { rowOf } from './citation.js'
import { sourceIdOf } from '../applicable/source-ids.js'

/** The sources of one answer: each document or edition once, with the rules of it that were applied. */
export interface Sources {
  /** Cites a rule, row or text, and keeps its statement. */
  readonly citeProvision: (provision: Provision) => SourceReference
  /** Cites what a finding was read from, with the codes that it lists where they are asked for. */
  readonly citeFinding: (finding: FindingVerdict) => SourceReference
  /** Cites a table or document as a whole, or a section of it. */
  readonly citeDocument: (policySetId: string, source: Source, section?: string) => SourceReference
  /** Cites what is behind, whether a finding rests on it or not. */
  readonly citeRead: (read: SourceRead) => SourceReference
  /** The sources cited so far, in the order of their first citation. */
  readonly all: () => CitedSource[]
}

interface Entry {
  readonly cited: CitedSource
  readonly rules: Map<string, CitedRule>
}

/** The ids of the editions that are behind, each once. */
export function idsOf(behind: readonly SourceRead[]): string[] {
  return union(idsIn(behind, new Map()))
}

function idsIn(behind: readonly SourceRead[], taken: Map<string, Source>): string[] {
  return behind.map((read) => idFor(read, taken))
}

/** An empty list of sources, which grows with what cites them. `behind` takes its ids first, so that they are the same in every view. */
export function sourcesFrom(behind: readonly SourceRead[]): Sources {
  const entries = new Map<string, Entry>()
  const taken = new Map<string, Source>()
  idsIn(behind, taken)
  const entryFor = (read: SourceRead, effective: Effective): Entry => {
    const id = idFor(read, taken)
    const known = entries.get(id)
    if (known !== undefined) return known
    const entry: Entry = { cited: citedSource(id, read, effective), rules: new Map() }
    entries.set(id, entry)
    return entry
  }
  const citeRule = (origin: Origin, rule: Rule, listed: readonly string[] | undefined): SourceReference => {
    const entry = entryFor(origin, origin)
    const known = entry.rules.get(rule.ruleId)
    if (known === undefined || (listed !== undefined && known.listedDiagnoses === undefined))
      entry.rules.set(rule.ruleId, citedRule(rule, origin, listed))
    return { source: entry.cited.source, ruleId: rule.ruleId }
  }
  const citeDeclaration = (policySetId: string, declaration: Completeness): SourceReference => {
    const { source, statement, from, to } = declaration
    const entry = entryFor({ policySetId, source }, { from, to })
    if (!entry.rules.has(statement)) entry.rules.set(statement, { statement })
    return { source: entry.cited.source }
  }
  const citeDocument = (policySetId: string, source: Source, section?: string): SourceReference => {
    const { cited } = entryFor({ policySetId, source }, {})
    return section === undefined ? { source: cited.source } : { source: cited.source, section }
  }
  const citeProvision = (provision: Provision, listed?: readonly string[]): SourceReference => {
    if (provision.type === 'rule') return citeRule(provision.origin, provision.rule, listed)
    const { origin } = provision
    if (origin.policyId !== undefined) return { source: entryFor(origin, origin).cited.source }
    return { source: entryFor(origin, {}).cited.source, ...rowCited(provision) }
  }
  return {
    citeProvision,
    citeFinding: ({ ground, outcome, listed }) => {
      switch (ground.type) {
        case 'provision':
          return citeProvision(
            ground.provision,
            outcome === 'met' || listed?.length === 0 ? undefined : listed,
          )
        case 'declaration':
          return citeDeclaration(ground.policySetId, ground.declaration)
        case 'claim-format':
          return citeDocument('claim-format', ground.source, ground.section)
      }
    },
    citeDocument,
    citeRead: (read) => ({ source: entryFor(read, {}).cited.source }),
    all: () =>
      [...entries.values()].map(({ cited, rules }) =>
        rules.size === 0 ? cited : Object.assign(cited, { rules: [...rules.values()] }),
      ),
  }
}

/** The row of a table that spoke; rows have dates of their own. */
function rowCited(provision: Provision): Omit<SourceReference, 'source'> {
  const row = rowOf(provision)
  const { from, to } = provision.origin
  const cited: Draft<Omit<SourceReference, 'source'>> = {}
  if (row !== undefined) cited.row = row
  cited.effectiveFrom = from
  if (to !== undefined) cited.effectiveTo = to
  return cited
}

interface Effective {
  readonly from?: string
  readonly to?: string | undefined
}

/** The id of a source; a second source of the same name gets a number, so that no two are taken for one. */
function idFor(read: SourceRead, taken: Map<string, Source>): string {
  const name = sourceIdOf(read)
  let id = name
  for (let n = 2; ; n++) {
    const holder = taken.get(id)
    if (holder === undefined || isSameSource(holder, read.source)) break
    id = `${name}.${n}`
  }
  taken.set(id, read.source)
  return id
}

/** The entry of a source. One day dates it: the last on which our copy is known to be right, or that of reading it where no such day is known. */
function citedSource(
  id: string,
  { policyId, versionId, source }: SourceRead,
  { from, to }: Effective,
): CitedSource {
  const { publisher, documentVersion, url, grade, retrievedOn, coversThrough } = source
  const cited = { source: id } as Draft<CitedSource>
  if (policyId !== undefined) cited.policyId = policyId
  if (versionId !== undefined) cited.versionId = versionId
  cited.publisher = publisher
  cited.document = documentTitle(source)
  if (documentVersion !== undefined && !isSameVersion(documentVersion, versionId))
    cited.documentVersion = documentVersion
  cited.url = url
  cited.grade = grade
  if (from !== undefined) cited.effectiveFrom = from
  if (to !== undefined) cited.effectiveTo = to
  if (coversThrough !== undefined) cited.coversThrough = coversThrough
  else cited.retrievedOn = retrievedOn
  return cited
}

/** Whether two names of a version differ in spelling only: "2026 Q4" and "2026-Q4". */
function isSameVersion(one: string, other: string | undefined): boolean {
  return one.replaceAll(' ', '-') === other?.replaceAll(' ', '-')
}

function citedRule(rule: Rule, origin: Origin, listed: readonly string[] | undefined): CitedRule {
  const { ruleId, section, row, statement, interpretation, from, to } = rule
  return {
    ruleId,
    ...(section === undefined ? {} : { section }),
    ...(row === undefined ? {} : { row }),
    statement,
    ...(interpretation === undefined ? {} : { interpretation }),
    ...(from === undefined || from === origin.from ? {} : { effectiveFrom: from }),
    ...(to === undefined || to === origin.to ? {} : { effectiveTo: to }),
    ...(listed === undefined ? {} : { listedDiagnoses: listedDiagnoses(listed) }),
  }
}

const mostListed = 200
const lists = memoizeByKey<readonly string[], NonNullable<CitedRule['listedDiagnoses']>>(1)

function listedDiagnoses(codes: readonly string[]): NonNullable<CitedRule['listedDiagnoses']> {
  return lists(codes, '', () => ({
    count: codes.length,
    codes: codes.slice(0, mostListed).map(displayDiagnosis),
  }))
}
