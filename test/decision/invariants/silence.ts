// Invariants 1 and 2: silence is never a yes, and missing is not false.
import type { FullLine } from '../../../src/decision/explain/views.js'
import type { PolicyContent, PolicySet } from '../../../src/decision/shapes/policy.js'
import type { CheckRequest, ServiceLine } from '../../../src/decision/shapes/request.js'
import type { Source } from '../../../src/decision/shapes/source.js'
import { questions } from '../../../src/decision/shapes/statuses.js'
import { passes, type Invariant, type LineStatuses } from '../worlds.js'

const withoutPolicy: Invariant = async ({ request, content, statuses }) => {
  const bare = {
    ...content,
    policies: [],
    unitLimits: [],
    procedurePairs: [],
    ndcEditions: [],
    policySets: content.policySets.map((set) => without(set, 'completeness')),
  }
  onlyCodesPass(await statuses(request, bare))
}

const unknownPlan: Invariant = async ({ request, content, statuses }) => {
  const lines = await statuses(
    { ...request, coverage: { ...request.coverage, planId: 'nobody-loaded-this' } },
    content,
  )
  onlyCodesPass(lines)
  if (lines.some((line) => line.priorAuthorization.reasonCode !== 'plan-not-held'))
    throw new Error('does not say so')
}

const unknownCode: Invariant = async ({ request, content, statuses }) => {
  const text = JSON.stringify(content)
  const code = text.includes('ZZ999') || text.includes('-Z9999') ? 'ZZZZZ' : 'ZZ999'
  nothingPasses(
    await statuses(
      { ...request, serviceLines: request.serviceLines.map((line) => ({ ...line, procedureCode: code })) },
      content,
    ),
  )
}

const beforeAllWeHold: Invariant = async ({ request, content, statuses }) => {
  const lines = request.serviceLines.map(
    (line) => ({ ...without(line, 'dateOfServiceEnd'), dateOfService: '1950-06-15' }) as ServiceLine,
  )
  nothingPasses(await statuses({ ...request, serviceLines: lines }, content))
}

const removingAFact: Invariant = async ({ request, content, base, policiesText, by, statuses }) => {
  // A fact that contradicts another one is no knowledge: taking one of the two away may well settle something.
  if (contradicts(request)) return
  const [name, remove] = removals[by % removals.length] as Removal
  const after = await statuses(remove(request), content)
  after.forEach((line, position) => {
    const known = base.lines[position]
    if (known === undefined) throw new Error('a line was lost')
    // A known objection may fall with the fact it rested on (fewer units, no authorization to spend); an unknown may not.
    const turned = passes(line).find(
      (question) =>
        !passes(known).includes(question) &&
        isUnknown(known, question) &&
        // A rule may say that it only advises where it is not known to be meant.
        !(question === 'claim-line' && policiesText.includes('whenUnknown')) &&
        // A phase that is given may contradict the one that a rule tells from the course itself.
        !(question === 'frequency' && name === 'treatment' && policiesText.includes('"loading":{')),
    )
    if (turned !== undefined) throw new Error(`without ${name}, ${turned} of line ${line.lineNumber} passes`)
  })
}

// Only a line of which one question alone does not pass is close to a go; then every loss is tried.
const lessPolicy: Invariant = async ({ content, request, base, statuses }) => {
  const isClose = (line: FullLine): boolean => !isGo(line) && passes(line).length >= questions.length - 2
  if (!base.lines.some(isClose)) return
  for (const [name, less] of waysToLose(content)) {
    const after = await statuses(request, less())
    after.forEach((line, position) => {
      const before = base.lines[position]
      if (before !== undefined && isGo(line) && !isGo(before))
        throw new Error(
          `without ${name}, line ${line.lineNumber} becomes ${line.outcome}, not ${before.outcome}`,
        )
    })
  }
}

const isGo = ({ outcome }: Pick<LineStatuses, 'outcome'>): boolean => outcome.startsWith('proceed')

type Loss = readonly [name: string, less: () => PolicyContent]

/** Each set, declaration and table of the set is taken away or becomes too old to be used. */
function waysToLose(content: PolicyContent): Loss[] {
  const sets = content.policySets.flatMap((set): Loss[] => {
    const { policySetId: id, completeness = [], tables = [] } = set
    const isOther = (one: { policySetId: string }) => one.policySetId !== id
    const replaced = (by: PolicySet) => content.policySets.map((one) => (one === set ? by : one))
    const aged = <T extends { policySetId: string; source: Source }>(one: T): T =>
      isOther(one) ? one : { ...one, source: tooOld(one.source) }
    return [
      [
        `the set ${id}`,
        () => ({
          ...content,
          policySets: content.policySets.filter(isOther),
          policies: content.policies.filter(isOther),
          unitLimits: content.unitLimits.filter(isOther),
          procedurePairs: content.procedurePairs.filter(isOther),
          ndcEditions: content.ndcEditions.filter(isOther),
        }),
      ],
      [
        `everything of ${id} being new`,
        () => ({
          ...content,
          policySets: replaced({
            ...set,
            completeness: completeness.map((one) => ({ ...one, source: tooOld(one.source) })),
          }),
          policies: content.policies.map((policy) =>
            isOther(policy)
              ? policy
              : {
                  ...policy,
                  versions: policy.versions.map((one) => ({ ...one, source: tooOld(one.source) })),
                },
          ),
          unitLimits: content.unitLimits.map(aged),
          procedurePairs: content.procedurePairs.map(aged),
        }),
      ],
      ...completeness.flatMap((declaration): Loss[] => [
        [
          `a declaration of ${id}`,
          () => ({
            ...content,
            policySets: replaced({
              ...set,
              completeness: completeness.filter((one) => one !== declaration),
            }),
          }),
        ],
        [
          `a declaration of ${id} being new`,
          () => ({
            ...content,
            policySets: replaced({
              ...set,
              completeness: completeness.map((one) =>
                one === declaration ? { ...one, source: tooOld(one.source) } : one,
              ),
            }),
          }),
        ],
      ]),
      ...(tables.includes('unit-limits')
        ? [
            [
              `the unit limits of ${id}`,
              () => ({ ...content, unitLimits: content.unitLimits.filter(isOther) }),
            ] as const,
          ]
        : []),
      ...(tables.includes('procedure-pairs')
        ? [
            [
              `the procedure pairs of ${id}`,
              () => ({ ...content, procedurePairs: content.procedurePairs.filter(isOther) }),
            ] as const,
          ]
        : []),
    ]
  })
  return [
    ...sets,
    ...content.codeTables.map((table): Loss => [
      `the codes of ${table.system}`,
      () => ({ ...content, codeTables: content.codeTables.filter((one) => one !== table) }),
    ]),
  ]
}

const tooOld = (source: Source): Source => ({ ...source, usableThrough: '1999-12-31' })

function onlyCodesPass(lines: readonly LineStatuses[]): void {
  for (const line of lines)
    if (passes(line).some((question) => question !== 'code-validity'))
      throw new Error(`line ${line.lineNumber} passes ${passes(line).join()}`)
}

function nothingPasses(lines: readonly LineStatuses[]): void {
  for (const line of lines)
    if (passes(line).length > 0) throw new Error(`line ${line.lineNumber} passes ${passes(line).join()}`)
}

type Removal = readonly [name: string, remove: (request: CheckRequest) => CheckRequest]

function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = from
  return rest
}

function fromLines(key: keyof ServiceLine): Removal {
  return [
    `line.${key}`,
    (request) => ({
      ...request,
      serviceLines: request.serviceLines.map((line) => without(line, key) as ServiceLine),
    }),
  ]
}

function fromProvider(key: 'npi' | 'taxonomyCode' | 'networkStatus' | 'goldCard'): Removal {
  return [
    `provider.${key}`,
    (request) => ({
      ...request,
      serviceLines: request.serviceLines.map((line) =>
        line.provider === undefined ? line : { ...line, provider: without(line.provider, key) },
      ),
    }),
  ]
}

function fromRequest(key: keyof CheckRequest): Removal {
  return [key, (request) => without(request, key) as CheckRequest]
}

function fromCoverage(key: 'state' | 'contractorNumber' | 'planId'): Removal {
  return [`coverage.${key}`, (request) => ({ ...request, coverage: without(request.coverage, key) })]
}

const removals: readonly Removal[] = [
  ...(
    [
      'claimType',
      'patient',
      'diagnosisCodes',
      'claimIsComplete',
      'serviceHistory',
      'serviceHistorySince',
      'labResults',
      'documentation',
      'treatment',
      'authorizations',
    ] as const
  ).map(fromRequest),
  ...(
    [
      'units',
      'administeredDose',
      'modifiers',
      'ndc',
      'vialType',
      'diagnosisPointers',
      'placeOfService',
      'provider',
    ] as const
  ).map(fromLines),
  [
    'modifiers of the history',
    (request) =>
      request.serviceHistory === undefined
        ? request
        : {
            ...request,
            serviceHistory: request.serviceHistory.map((entry) => without(entry, 'modifiers')),
          },
  ],
  ...(['npi', 'taxonomyCode', 'networkStatus', 'goldCard'] as const).map(fromProvider),
  ...(['state', 'contractorNumber', 'planId'] as const).map(fromCoverage),
]

/** Facts that cannot all be true: dose, package and units against each other, a pointer to no diagnosis, an item said both ways, results that disagree, a contractor outside the state, a payer that is not the plan's. */
function contradicts({
  coverage,
  diagnosisCodes = [],
  serviceLines,
  documentation = [],
  labResults = [],
}: CheckRequest): boolean {
  return (
    (coverage.payerId !== undefined && coverage.planId !== undefined) ||
    (coverage.contractorNumber !== undefined && coverage.state !== undefined) ||
    serviceLines.some(
      (line) =>
        (line.units !== undefined && (line.administeredDose ?? line.ndc?.quantity) !== undefined) ||
        (line.administeredDose !== undefined && line.ndc !== undefined) ||
        (line.diagnosisPointers ?? []).some((pointer) => pointer > diagnosisCodes.length),
    ) ||
    documentation.some((entry) =>
      documentation.some((other) => other.item === entry.item && other.present !== entry.present),
    ) ||
    labResults.some((result, at) =>
      labResults.some((other, position) => at !== position && other.observedOn === result.observedOn),
    )
  )
}

function isUnknown(line: FullLine, question: string): boolean {
  if (question === 'prior-authorization')
    return (
      line.priorAuthorization.requirement === 'indeterminate' ||
      line.priorAuthorization.requirement === 'conditional'
    )
  if (question === 'medical-necessity') return line.medicalNecessity.status !== 'not-met'
  if (question === 'frequency') return line.frequency.status === 'indeterminate'
  if (question === 'units') return line.units.status === 'indeterminate'
  if (question === 'claim-line') return !objects.includes(line.claimLine.status) && !doubtsFromHistory(line)
  return line.codeValidity.status === 'indeterminate'
}

const objects = ['incomplete', 'conflicting']

/** A missingScope that an entry of the history raises rests on the entry and falls with it, as a known objection does. */
function doubtsFromHistory({ claimLine, findings }: FullLine): boolean {
  const own = findings.filter(({ kind }) => kind === 'claim-line')
  // A finding whose sentence the answer says does not repeat it.
  const sentences = own.length === 0 ? [] : [claimLine.reason, ...own.map(({ reason }) => reason)]
  return (
    sentences.some((sentence) => sentence?.includes('(the service history)') === true) ||
    // A pair that stands in one of the tables, of which the kind of claim is not known, is a missingScope of the same sort.
    own.some(({ reasonCode }) => reasonCode === 'claim-type-not-given')
  )
}

/** Invariants 1 and 2, by name. */
export const silence: Readonly<Record<string, Invariant>> = {
  'without any policy nothing passes but what the code tables say': withoutPolicy,
  'an unknown plan passes nothing, whatever is loaded': unknownPlan,
  'a code that no rule names passes nothing': unknownCode,
  'a date before everything we hold passes nothing': beforeAllWeHold,
  'removing a fact never turns an unknown into a pass': removingAFact,
  'a set, a declaration or a table that is lost or too old never makes a line a go': lessPolicy,
}
