import t from 'tap'
import { validatePacks, type PackProblem } from '../../src/policies/packs/pack.js'

type Json = Record<string, unknown>

const source = {
  publisher: 'P',
  title: 'T',
  url: 'https://example.com/p',
  retrievedOn: '2026-11-23',
  grade: 'primary',
}
const rule = {
  kind: 'diagnosis',
  ruleId: 'r',
  procedures: ['J3420'],
  others: 'deny',
  statement: 'S',
  supports: { diagnosis: { codes: ['D510'] } },
}
const version = { versionId: '1', from: '2024-01-01', to: '2025-01-01', source, rules: [rule] }
const policySet = {
  policySetId: 'set',
  title: 'Set',
  publisher: 'P',
  speaksTo: ['diagnosis', 'frequency', 'units'],
}
const claimSet = { ...policySet, speaksTo: ['diagnosis', 'claim-line'] }
const policy = { policyId: 'policy', policySetId: 'set', title: 'T', versions: [version] }
const plan = {
  planId: 'plan',
  payerId: 'payer',
  name: 'Plan',
  lineOfBusiness: 'commercial',
  benefit: 'medical',
  follows: [{ policySetId: 'set', role: 'governing' }],
}
const good: Json = {
  packId: 'good',
  title: 'Good',
  description: 'D',
  payers: [{ payerId: 'payer', name: 'Payer' }],
  plans: [plan],
  policySets: [policySet],
  policies: [policy],
  codeSets: [{ codeSetId: 'codes', title: 'Codes', codes: ['D510', 'D511'] }],
}

const withRule = (changes: Json): Json => withVersions([{ ...version, rules: [{ ...rule, ...changes }] }])
const withVersions = (versions: Json[]): Json => ({ policies: [{ ...policy, versions }] })
const frequency = (changes: Json): Json => ({
  ...withVersions([
    {
      ...version,
      rules: [
        {
          kind: 'frequency',
          ruleId: 'f',
          procedures: ['J3420'],
          counting: 'services',
          statement: 'S',
          ...changes,
        },
      ],
    },
  ]),
})

/** Problems of the good pack with some of its properties replaced, or taken away where they are undefined. */
function problemsOf(changes: Json): readonly PackProblem[] {
  const pack: unknown = JSON.parse(JSON.stringify({ ...good, ...changes }))
  return validatePacks([{ file: 'good/pack.json', pack }]).problems
}

/** Asserts that the changed pack has exactly one problem, at this path and with a reason that says all of this. */
function has(t: Tap, changes: Json, path: string, ...says: string[]): void {
  const problems = problemsOf(changes)
  t.strictSame(
    problems.map((problem) => [problem.file, problem.path]),
    [['good/pack.json', path]],
    `one problem at ${path}`,
  )
  for (const text of says)
    t.ok(problems[0]?.reason.includes(text), `"${problems[0]?.reason ?? ''}" says "${text}"`)
}
type Tap = typeof t | import('tap').Test

t.test('a good pack gives its content', async (t) => {
  const { packs, problems } = validatePacks([{ file: 'good/pack.json', pack: good }])
  t.strictSame(problems, [])
  t.strictSame(packs[0]?.content, {
    payers: good['payers'],
    plans: [plan],
    policySets: [policySet],
    policies: [policy],
    codeSets: good['codeSets'],
    unitLimits: [],
    procedurePairs: [],
    ndcEditions: [],
    codeTables: [],
  })
})

t.test('shape', async (t) => {
  t.test('unknown, missing and wrong properties', async (t) => {
    has(t, { polices: [] }, '', 'unknown property polices', 'policies')
    has(t, { title: undefined }, '', 'missing title')
    has(t, withVersions([{ ...version, from: '2023-02-29' }]), '/policies/0/versions/0/from', 'calendar date')
    has(t, { plans: [{ ...plan, benefit: 'dental' }] }, '/plans/0/benefit', 'medical, pharmacy')
    has(
      t,
      withVersions([{ ...version, source: { ...source, url: 'example.com' } }]),
      '/policies/0/versions/0/source/url',
      'does not have the form',
    )
    has(t, { packId: 'Good Pack' }, '/packId', 'does not have the form ')
    has(
      t,
      { policySets: [{ ...policySet, jurisdiction: { states: ['Florida'] } }] },
      '/policySets/0',
      'unknown property jurisdiction',
    )
    has(t, { polices: [], payer: {} }, '', 'unknown properties polices, payer; this object may have')
    has(t, { title: '' }, '/title', 'must not have fewer than 1 characters')
  })
  t.test('a rule is checked as the kind that it is', async (t) => {
    has(
      t,
      withRule({ kind: 'diagnoses' }),
      '/policies/0/versions/0/rules/0/kind',
      'unknown rule kind "diagnoses"',
      'coverage-exclusion',
    )
    has(t, withRule({ kind: undefined }), '/policies/0/versions/0/rules/0/kind', 'no kind')
    has(
      t,
      withRule({ effect: 'reject' }),
      '/policies/0/versions/0/rules/0',
      'unknown property effect',
      'conditionalCodes',
    )
  })
  t.test('conditions', async (t) => {
    const at = '/policies/0/versions/0/rules/0/when'
    has(
      t,
      withRule({ when: { diagnoses: ['D510'] } }),
      at,
      'unknown property diagnoses',
      'a condition may have',
      'diagnosis',
      'atLeast',
    )
    has(
      t,
      withRule({ when: { not: { any: [{ sex: ['female'] }, { place: ['11'] }] } } }),
      `${at}/not/any/1`,
      'unknown property place',
      'placeOfService',
    )
    has(t, withRule({ when: { sex: ['female'], state: ['FL'] } }), at, 'exactly one property')
    has(t, withRule({ when: {} }), at, 'exactly one property')
    has(
      t,
      withRule({ when: { ageYears: {} } }),
      `${at}/ageYears`,
      'at least one of minimum, maximum is given',
    )
    has(
      t,
      withRule({ when: { previousService: { procedureCodes: ['J3420'], within: { days: 1, months: 1 } } } }),
      `${at}/previousService/within`,
      'exactly one of days, months is given',
    )
    has(t, withRule({ when: { diagnosis: { position: 'primary' } } }), `${at}/diagnosis`, 'codeSet or codes')
  })
  t.test('frequency', async (t) => {
    const at = '/policies/0/versions/0/rules/0'
    has(t, frequency({}), at, 'exactly one of limits and phases')
    has(
      t,
      frequency({ limits: [], phases: [{ phase: 'loading', limits: [] }] }),
      at,
      'exactly one of limits and phases',
    )
    has(
      t,
      frequency({ limits: [{ type: 'monthly' }] }),
      `${at}/limits/0/type`,
      'unknown limit type "monthly"',
      'minimum-interval',
    )
    has(
      t,
      frequency({ limits: [{ type: 'minimum-interval', weeks: 1 }] }),
      `${at}/limits/0`,
      'days, or months',
    )
    has(
      t,
      frequency({ phases: [{ phase: 'maintenance', limits: [{ type: 'rolling-window', days: 30 }] }] }),
      `${at}/phases/0/limits/0`,
      'missing maximum',
    )
    has(
      t,
      frequency({ limits: [], loading: { first: { services: 5 } } }),
      `${at}/loading`,
      'which of the phases holds, and the rule has none',
    )
    t.strictSame(problemsOf(frequency({ limits: [{ type: 'minimum-interval', months: 1 }] })), [])
  })
})

t.test('references', async (t) => {
  has(
    t,
    { policies: [{ ...policy, policySetId: 'other' }] },
    '/policies/0/policySetId',
    'unknown policy set other',
  )
  has(t, { plans: [{ ...plan, payerId: 'nobody' }] }, '/plans/0/payerId', 'unknown payer nobody')
  has(
    t,
    { plans: [{ ...plan, follows: [{ policySetId: 'other', role: 'binding' }] }] },
    '/plans/0/follows/0/policySetId',
    'unknown policy set other',
  )
  has(
    t,
    { plans: [{ ...plan, follows: [...plan.follows, { policySetId: 'set', role: 'fallback' }] }] },
    '/plans/0/follows/1/policySetId',
    'follows set twice',
  )
  has(
    t,
    withRule({ supports: { all: [{ diagnosis: { codeSet: 'none' } }] } }),
    '/policies/0/versions/0/rules/0/supports/all/0/diagnosis/codeSet',
    'unknown code set none',
  )
  has(t, withRule({ excluded: 'none' }), '/policies/0/versions/0/rules/0/excluded', 'unknown code set none')
  has(
    t,
    { policySets: [{ ...policySet, speaksTo: ['frequency'] }] },
    '/policies/0/versions/0/rules/0',
    'does not list diagnosis in speaksTo',
  )
})

t.test('references reach into other packs and into what is held already', async (t) => {
  const plans = { packId: 'plans', title: 'T', description: 'D', payers: good['payers'], plans: [plan] }
  const rest = { ...good, payers: [], plans: [] }
  t.strictSame(
    validatePacks([
      { file: 'a', pack: plans },
      { file: 'b', pack: rest },
    ]).problems,
    [],
  )
  const held = validatePacks([{ file: 'b', pack: rest }]).packs[0]?.content
  t.strictSame(validatePacks([{ file: 'a', pack: plans }], held).problems, [])
  t.match(validatePacks([{ file: 'a', pack: plans }]).problems, [
    { file: 'a', path: '/plans/0/follows/0/policySetId' },
  ])
})

t.test('duplicates', async (t) => {
  has(
    t,
    {
      payers: [
        { payerId: 'payer', name: 'A' },
        { payerId: 'payer', name: 'B' },
      ],
    },
    '/payers/1/payerId',
    'duplicate payer payer',
    '/payers/0/payerId',
  )
  has(t, { plans: [plan, plan] }, '/plans/1/planId', 'duplicate plan plan')
  has(t, { policySets: [policySet, policySet] }, '/policySets/1/policySetId', 'duplicate policy set set')
  has(t, { policies: [policy, policy] }, '/policies/1/policyId', 'duplicate policy policy')
  has(
    t,
    {
      codeSets: [
        { codeSetId: 'a', title: 'A', codes: ['D510'] },
        { codeSetId: 'a', title: 'A', codes: ['D510'] },
      ],
    },
    '/codeSets/1/codeSetId',
    'duplicate code set a',
  )
  has(
    t,
    withVersions([{ ...version, rules: [rule, rule] }]),
    '/policies/0/versions/0/rules/1/ruleId',
    'duplicate rule r',
  )
  has(
    t,
    withVersions([version, { ...version, from: '2025-01-01', to: '2026-01-01' }]),
    '/policies/0/versions/1/versionId',
    'duplicate version 1',
  )
  const twice = validatePacks([
    { file: 'a', pack: good },
    { file: 'b', pack: { packId: 'good', title: 'T', description: 'D' } },
  ]).problems
  t.match(twice, [{ file: 'b', path: '/packId', reason: /duplicate pack good: a defines it/ }])
})

t.test('dates', async (t) => {
  has(
    t,
    withVersions([{ ...version, to: '2024-01-01' }]),
    '/policies/0/versions/0',
    'to 2024-01-01 is not after from 2024-01-01',
  )
  has(
    t,
    withRule({ from: '2024-06-01', to: '2024-05-01' }),
    '/policies/0/versions/0/rules/0',
    'to 2024-05-01 is not after from 2024-06-01',
  )
  has(
    t,
    withVersions(
      [version, { ...version, versionId: '2', from: '2024-12-31' }].map((v) => ({ ...v, to: '2025-06-01' })),
    ),
    '/policies/0/versions/1',
    'version 2 (from 2024-12-31 to 2025-06-01) overlaps version 1 (from 2024-01-01 to 2025-06-01)',
  )
  has(
    t,
    withVersions([
      { ...version, to: undefined },
      { ...version, versionId: '2', from: '2025-01-01', to: undefined },
    ]),
    '/policies/0/versions/1',
    'overlaps version 1 (from 2024-01-01 on)',
  )
  has(
    t,
    withVersions([version, { ...version, versionId: '2', from: '2022-01-01', to: '2023-01-01' }]),
    '/policies/0/versions/1',
    'version 2 (from 2022-01-01 to 2023-01-01) stands after version 1',
    'order of their dates',
  )
  const declaration = {
    kinds: ['diagnosis'],
    procedures: ['J3420'],
    from: '2025-01-01',
    to: '2024-01-01',
    statement: 'S',
    source,
  }
  has(
    t,
    { policySets: [{ ...policySet, completeness: [declaration] }] },
    '/policySets/0/completeness/0',
    'is not after',
  )
  has(
    t,
    {
      policySets: [
        { ...policySet, completeness: [{ ...declaration, to: '2026-01-01', kinds: ['claim-line'] }] },
      ],
    },
    '/policySets/0/completeness/0/kinds',
    'claim-line is not among',
  )
})

t.test('a plan of Medicare Advantage follows no set of Original Medicare only', async (t) => {
  const problems = (lineOfBusiness: string) =>
    validatePacks([
      {
        file: 'a',
        pack: {
          ...good,
          plans: [{ ...plan, lineOfBusiness }],
          policySets: [{ ...policySet, originalMedicareOnly: true }],
        },
      },
    ]).problems.filter(({ reason }) => reason.includes('Original Medicare only'))
  t.match(problems('medicare-advantage'), [{ file: 'a', path: '/plans/0/follows/0/policySetId' }])
  t.same(problems('medicare'), [])
})

t.test('fictional and real are kept apart', async (t) => {
  has(
    t,
    withVersions([{ ...version, source: { ...source, grade: 'fictional' } }]),
    '/policies/0/versions/0/source/grade',
    'not for set',
  )
  const fictional = {
    packId: 'test-pack',
    title: 'T',
    description: 'D',
    policySets: [{ ...policySet, policySetId: 'test-set' }],
  }
  const real = (changes: Json) =>
    validatePacks([
      { file: 'a', pack: { ...fictional, ...changes } },
      { file: 'good/pack.json', pack: good },
    ]).problems
  t.match(real({ policies: [{ ...policy, policyId: 'test-policy', policySetId: 'test-set' }] }), [
    {
      file: 'a',
      path: '/policies/0/versions/0/source/grade',
      reason: /grade of its sources is fictional, not primary/,
    },
  ])
  t.match(
    real({
      plans: [{ ...plan, planId: 'other', follows: [{ policySetId: 'test-set', role: 'governing' }] }],
    }),
    [
      {
        file: 'a',
        path: '/plans/0/follows/0/policySetId',
        reason: /may not follow the fictional policy set test-set/,
      },
    ],
  )
  t.match(real({ plans: [{ ...plan, planId: 'test-plan', follows: [] }] }), [
    { file: 'a', path: '/plans/0/payerId', reason: /fictional payer/ },
  ])
})

t.test('code sets and tables', async (t) => {
  has(
    t,
    { codeSets: [{ codeSetId: 'a', title: 'A', codes: ['D511', 'D510'] }] },
    '/codeSets/0/codes/1',
    'sorted: D510 stands after D511',
  )
  has(
    t,
    { codeSets: [{ codeSetId: 'a', title: 'A', codes: ['D510', 'D510'] }] },
    '/codeSets/0/codes/1',
    'D510 is listed twice',
  )
  const table = (rows: unknown[], held: Json[] = [{ from: '2020-10-01' }]): Json => ({
    codeTables: [{ system: 'icd-10-cm', source, held, complete: [], rows }],
  })
  t.strictSame(
    problemsOf(
      table([
        ['D51', '2020-10-01', null, 0, 'B12'],
        ['J3420', '1986-01-01', null, 1, null, { value: 1000, unit: 'ug' }],
      ]),
    ),
    [],
  )
  has(t, table([['D51', '2020-10-01', null, 2]]), '/codeTables/0/rows/0/3', 'one of 0, 1')
  has(
    t,
    table([
      ['D510', '2020-10-01', null, 1],
      ['D51', '2020-10-01', null, 0],
    ]),
    '/codeTables/0/rows/1',
    'D51 stands after D510',
  )
  has(
    t,
    table([
      ['E340', '2020-10-01', '2024-10-02', 1],
      ['E340', '2024-10-01', null, 0],
    ]),
    '/codeTables/0/rows/1',
    'overlaps the row of E340 before',
  )
  has(
    t,
    table(
      [['D51', '2020-10-01', null, 0]],
      [{ from: '2022-10-01' }, { from: '2020-10-01', to: '2021-10-01' }],
    ),
    '/codeTables/0/held/1',
    'order of their dates',
  )
  has(
    t,
    {
      codeTables: [
        ...(table([['D51', '2020-10-01', null, 0]])['codeTables'] as Json[]),
        ...(table([['D52', '2020-10-01', null, 0]])['codeTables'] as Json[]),
      ],
    },
    '/codeTables/1/system',
    'duplicate code table icd-10-cm',
  )
})

t.test('unit limits', async (t) => {
  const edition = {
    policySetId: 'set',
    edition: '2026-Q4',
    setting: 'practitioner',
    from: '2026-10-01',
    source,
    rows: [{ procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3 }],
  }
  t.strictSame(problemsOf({ unitLimits: [edition, { ...edition, setting: 'dme-supplier' }] }), [])
  has(
    t,
    { unitLimits: [{ ...edition, policySetId: 'none' }] },
    '/unitLimits/0/policySetId',
    'unknown policy set none',
  )
  has(
    t,
    { unitLimits: [{ ...edition, rows: [...edition.rows, ...edition.rows] }] },
    '/unitLimits/0/rows/1/procedureCode',
    'listed twice',
  )
  has(
    t,
    {
      unitLimits: [
        { ...edition, to: '2027-01-01' },
        { ...edition, edition: '2027-Q1', from: '2026-12-31' },
      ],
    },
    '/unitLimits/1',
    'edition 2027-Q1 (from 2026-12-31 on) overlaps edition 2026-Q4',
  )
  has(
    t,
    {
      unitLimits: [
        { ...edition, to: '2027-01-01' },
        { ...edition, from: '2027-01-01' },
      ],
    },
    '/unitLimits/1/edition',
    'duplicate edition 2026-Q4',
  )
})

t.test('procedure pairs', async (t) => {
  const row = {
    columnOne: '96372',
    columnTwo: 'J3420',
    from: '2026-01-01',
    modifierIndicator: 1,
    rationale: 'R',
  }
  const table = {
    policySetId: 'set',
    edition: '2026-Q4',
    setting: 'practitioner',
    source,
    columnOne: ['96372'],
    rows: [row],
  }
  const withTables = (...procedurePairs: Json[]): Json => ({ policySets: [claimSet], procedurePairs })
  const withRows = (...rows: Json[]): Json => withTables({ ...table, rows })
  const { columnOne, policySetId, edition, setting } = table
  const rows = [
    { ...row, columnOne: '99213', columnTwo: 'J3425' },
    { ...row, to: '2026-05-01', rationale: 'A' },
    { ...row, from: '2026-05-01', rationale: undefined },
    { ...row, columnTwo: 'A0001' },
  ]
  const { packs, problems } = validatePacks([
    { file: 'good', pack: JSON.parse(JSON.stringify({ ...good, ...withRows(...rows) })) as unknown },
  ])
  t.strictSame(problems, [])
  t.strictSame(
    packs[0]?.content.procedurePairs,
    [
      {
        policySetId,
        edition,
        setting,
        source,
        columnOne,
        rationales: ['A', 'R'],
        lists: [
          {
            columnOne: '96372',
            pairs: 'A000120260101        11J3420202601012026050110J342020260501        1 ',
          },
          { columnOne: '99213', pairs: 'J342520260101        11' },
        ],
      },
    ],
    'packed by column one, sorted, rationales named by their place',
  )
  t.strictSame(problemsOf(withTables(table, { ...table, setting: 'outpatient-hospital' })), [])
  t.strictSame(
    problemsOf(withRows({ ...row, modifierIndicator: 9, to: '2026-01-01' }, row)),
    [],
    'a pair withdrawn from its beginning',
  )
  has(
    t,
    withTables({ ...table, policySetId: 'none' }),
    '/procedurePairs/0/policySetId',
    'unknown policy set none',
  )
  has(t, { procedurePairs: [table] }, '/procedurePairs/0/policySetId', 'does not list claim-line in speaksTo')
  has(
    t,
    withTables({ ...table, source: { ...source, grade: 'fictional' } }),
    '/procedurePairs/0/source/grade',
    'not for set',
  )
  has(
    t,
    withTables({ ...table, setting: 'dme-supplier' }),
    '/procedurePairs/0/setting',
    'practitioner, outpatient-hospital',
  )
  has(t, withRows({ ...row, modifierIndicator: 2 }), '/procedurePairs/0/rows/0/modifierIndicator', '0, 1, 9')
  has(
    t,
    withTables(table, { ...table, edition: '2027-Q1' }),
    '/procedurePairs/1',
    'a second table of procedure pairs of set practitioner',
    '/procedurePairs/0',
  )
  has(t, withRows(row, row), '/procedurePairs/0/rows/1', 'overlaps 96372 and J3420 in row 1')
  has(
    t,
    withRows({ ...row, from: '2026-05-01' }, { ...row, to: '2026-05-01' }),
    '/procedurePairs/0/rows/1',
    'in the order of their dates',
  )
  has(t, withRows({ ...row, to: '2026-01-01' }), '/procedurePairs/0/rows/0', 'is not after')
  has(t, withRows({ ...row, columnTwo: '96372' }), '/procedurePairs/0/rows/0', '96372 is no pair with itself')
  const many = Array.from({ length: 37 }, (_, at) => ({
    ...row,
    columnTwo: `A00${10 + at}`,
    rationale: `Rationale ${at}`,
  }))
  has(t, withRows(...many), '/procedurePairs/0/rows', 'at most 36 rationales, not 37')
  t.strictSame(problemsOf(withRows(...many.slice(1))), [])
})

t.test('NDC crosswalks', async (t) => {
  const row = { ndc: '00517003125', procedureCode: 'J3420' }
  const edition = {
    policySetId: 'set',
    edition: '2026-Q4',
    from: '2026-10-01',
    to: '2027-01-01',
    source,
    rows: [row],
  }
  const withEditions = (...ndcEditions: Json[]): Json => ({ policySets: [claimSet], ndcEditions })
  t.strictSame(
    problemsOf(withEditions(edition, { ...edition, edition: '2027-Q1', from: '2027-01-01', to: undefined })),
    [],
  )
  t.strictSame(
    validatePacks([{ file: 'good', pack: { ...good, ...withEditions(edition) } }]).packs[0]?.content
      .ndcEditions,
    [edition],
  )
  t.strictSame(
    problemsOf(withEditions({ ...edition, rows: [row, { ...row, procedureCode: 'J1439' }] })),
    [],
    'one package with two codes',
  )
  has(
    t,
    withEditions({ ...edition, policySetId: 'none' }),
    '/ndcEditions/0/policySetId',
    'unknown policy set none',
  )
  has(t, { ndcEditions: [edition] }, '/ndcEditions/0/policySetId', 'does not list claim-line in speaksTo')
  has(
    t,
    withEditions({ ...edition, source: { ...source, grade: 'fictional' } }),
    '/ndcEditions/0/source/grade',
    'not for set',
  )
  has(
    t,
    withEditions({ ...edition, rows: [{ ...row, ndc: '00517-0031-25' }] }),
    '/ndcEditions/0/rows/0/ndc',
    '11 digits',
  )
  has(
    t,
    withEditions({ ...edition, rows: [row, row] }),
    '/ndcEditions/0/rows/1',
    '00517003125 with J3420 is listed twice',
  )
  has(t, withEditions({ ...edition, to: '2026-10-01' }), '/ndcEditions/0', 'is not after')
  has(
    t,
    withEditions(edition, { ...edition, edition: '2027-Q1', from: '2026-12-31', to: undefined }),
    '/ndcEditions/1',
    'edition 2027-Q1 (from 2026-12-31 on) overlaps edition 2026-Q4',
  )
  has(
    t,
    withEditions(edition, { ...edition, from: '2027-01-01', to: undefined }),
    '/ndcEditions/1/edition',
    'duplicate edition 2026-Q4 of set',
  )
})
