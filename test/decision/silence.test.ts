// Invariants 1 and 2: silence is never a yes, and missing is not false.
import fc from 'fast-check'
import t from 'tap'
import type { Decision } from '../../src/decision/determination.js'
import type { CheckRequest, ServiceLine } from '../../src/decision/request.js'
import { anyWorld, answer, always, passes, runs } from './worlds.js'

function onlyCodesPass (decision: Decision): void {
  for (const line of decision.lines) if (passes(line).some(question => question !== 'code-validity')) throw new Error(`line ${line.lineNumber} passes ${passes(line).join()}`)
}

function nothingPasses (decision: Decision): void {
  for (const line of decision.lines) if (passes(line).length > 0) throw new Error(`line ${line.lineNumber} passes ${passes(line).join()}`)
}

t.test('without any policy nothing passes but what the code tables say', async t => {
  always(({ request, content }) => {
    const bare = { ...content, policies: [], unitLimits: [], policySets: content.policySets.map(({ completeness: _, ...set }) => set) }
    onlyCodesPass(answer(request, bare))
  })
  t.pass(`${runs} worlds`)
})

t.test('an unknown plan passes nothing, whatever is loaded', async t => {
  always(({ request, content }) => {
    const decision = answer({ ...request, coverage: { ...request.coverage, planId: 'nobody-loaded-this' } }, content)
    onlyCodesPass(decision)
    if (decision.lines.some(line => line.priorAuthorization.reasonCode !== 'plan-not-held')) throw new Error('does not say so')
  })
  t.pass(`${runs} worlds`)
})

t.test('a code that no rule names passes nothing', async t => {
  always(({ request, content }) => {
    const named = JSON.stringify(content).includes('ZZ999') || JSON.stringify(content).includes('-Z9999')
    const lines = request.serviceLines.map(line => ({ ...line, procedureCode: named ? 'ZZZZZ' : 'ZZ999' }))
    nothingPasses(answer({ ...request, serviceLines: lines }, content))
  })
  t.pass(`${runs} worlds`)
})

t.test('a date before everything we hold passes nothing', async t => {
  always(({ request, content }) => {
    const lines = request.serviceLines.map(({ dateOfServiceEnd: _, ...line }) => ({ ...line, dateOfService: '1950-06-15' }))
    nothingPasses(answer({ ...request, serviceLines: lines }, content))
  })
  t.pass(`${runs} worlds`)
})

type Removal = readonly [name: string, remove: (request: CheckRequest) => CheckRequest]

const without = <T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = from
  return rest
}
const fromLines = (key: keyof ServiceLine): Removal => [`line.${key}`, request => ({ ...request, serviceLines: request.serviceLines.map(line => without(line, key) as ServiceLine) })]
const fromProvider = (key: 'npi' | 'taxonomyCode' | 'networkStatus' | 'goldCard'): Removal => [`provider.${key}`, request => ({
  ...request, serviceLines: request.serviceLines.map(line => line.provider === undefined ? line : { ...line, provider: without(line.provider, key) })
})]
const fromRequest = (key: keyof CheckRequest): Removal => [key, request => without(request, key) as CheckRequest]
const fromCoverage = (key: 'state' | 'contractorNumber' | 'planId'): Removal => [`coverage.${key}`, request => ({ ...request, coverage: without(request.coverage, key) })]

const removals: readonly Removal[] = [
  ...(['claimType', 'patient', 'diagnosisCodes', 'claimIsComplete', 'serviceHistory', 'serviceHistorySince', 'labResults', 'documentation', 'treatment', 'authorizations'] as const).map(fromRequest),
  ...(['units', 'administeredDose', 'modifiers', 'ndc', 'vialType', 'diagnosisPointers', 'placeOfService', 'provider'] as const).map(fromLines),
  ...(['npi', 'taxonomyCode', 'networkStatus', 'goldCard'] as const).map(fromProvider),
  ...(['state', 'contractorNumber', 'planId'] as const).map(fromCoverage)
]

t.test('removing a fact never turns an unknown into a pass', async t => {
  fc.assert(fc.property(anyWorld, fc.nat(removals.length - 1), ({ request, content }, at) => {
    const [name, remove] = removals[at] as Removal
    const before = answer(request, content)
    const after = answer(remove(request), content)
    after.lines.forEach((line, position) => {
      const known = before.lines[position]
      if (known === undefined) throw new Error('a line was lost')
      // A known objection may fall with the fact it rested on (fewer units, no authorization to spend); an unknown may not.
      for (const question of passes(line)) {
        if (passes(known).includes(question)) continue
        if (isUnknown(known, question)) throw new Error(`without ${name}, ${question} of line ${line.lineNumber} passes`)
      }
    })
  }), { numRuns: runs, seed: 20261124 })
  t.pass(`${runs} worlds, ${removals.length} kinds of fact`)
})

function isUnknown (line: ReturnType<typeof answer>['lines'][number], question: string): boolean {
  if (question === 'prior-authorization') return line.priorAuthorization.requirement === 'indeterminate' || line.priorAuthorization.requirement === 'conditional'
  if (question === 'medical-necessity') return line.medicalNecessity.status !== 'not-met'
  if (question === 'frequency') return line.frequency.status === 'indeterminate'
  if (question === 'units') return line.units.status === 'indeterminate'
  return question === 'claim-line' ? line.claimLine.status !== 'incomplete' : line.codeValidity.status === 'indeterminate'
}
