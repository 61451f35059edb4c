// JW and JZ by the pack that holds the rule, under a plan that follows nothing else: on the days themselves other sets are not held.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'

const pack = JSON.parse(
  await readFile(new URL('../../policies/cms-manual/pack.json', import.meta.url), 'utf8'),
) as object
const { packs, problems } = validatePacks([{ file: 'cms-manual', pack }])
const content = mergeContent(packs.map((one) => one.content))
const view = compilePolicyView(
  {
    ...content,
    payers: [{ payerId: 'medicare', name: 'Medicare' }],
    plans: [
      {
        planId: 'part-b',
        payerId: 'medicare',
        name: 'Part B',
        lineOfBusiness: 'medicare',
        benefit: 'medical',
        follows: [{ policySetId: 'cms-manual', role: 'governing' }],
      },
    ],
  },
  1,
)

const claimLine = (dateOfService: string, modifiers: string[]) => {
  const decision = determine(
    {
      coverage: { planId: 'part-b', state: 'FL' },
      claimType: 'professional',
      diagnosisCodes: ['D51.0'],
      serviceLines: [
        {
          lineNumber: 1,
          procedureCode: 'J3420',
          units: 1,
          modifiers,
          diagnosisPointers: [1],
          dateOfService,
          placeOfService: '11',
          vialType: 'single-dose',
        },
      ],
    },
    view,
  )
  return {
    status: decision.lines[0]?.claimLine.status,
    advice: decision.nextSteps.some(({ code }) => code === 'check-claim-line'),
  }
}

t.test(
  'a single-dose vial without JW or JZ: advised until 2023-09-30, incomplete from 2023-10-01',
  async (t) => {
    t.strictSame(problems, [])
    t.strictSame(
      claimLine('2023-06-30', []),
      { status: 'indeterminate', advice: false },
      'before the version that is held',
    )
    t.strictSame(claimLine('2023-09-30', []), { status: 'not-checked', advice: true })
    t.strictSame(claimLine('2023-10-01', []), { status: 'incomplete', advice: false })
    t.match(claimLine('2023-10-01', ['JZ']), { status: 'clean' })
  },
)
