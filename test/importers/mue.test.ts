import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { UnitLimitEdition } from '../../src/decision/shapes/tables.js'
import {
  ImportRefused,
  type ImportContext,
  type RefusedRow,
  type SourceFile,
} from '../../src/importers/importer.js'
import { mue } from '../../src/importers/mue/index.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'

const fixtures = new URL('fixtures/mue/', import.meta.url)
const settings3 = ['PractitionerServices', 'OutpatientHospitalServices', 'DMESupplierServices']

function inMemory(name: string, bytes: Uint8Array): SourceFile {
  return {
    name,
    bytes: async () => bytes,
    chunks: async function* () {
      yield bytes
    },
  }
}

const text = (name: string, content: string) => inMemory(name, new TextEncoder().encode(content))

async function fixture(file: string, name = file): Promise<SourceFile> {
  return inMemory(name, await readFile(new URL(file, fixtures)))
}

const practitioner = (effective: string) =>
  fixture(
    'MCR_MUE_PractitionerServices_Eff_10-01-2026.csv',
    `MCR_MUE_PractitionerServices_Eff_${effective}.csv`,
  )

async function read(
  files: readonly SourceFile[],
  held: PolicyContent = emptyContent,
  settings: ImportContext['settings'] = {},
) {
  const refused: RefusedRow[] = []
  let rows = 0
  const packs = await mue.read(files, {
    settings,
    held,
    retrievedOn: '2026-11-23',
    refuse: (row) => {
      refused.push(row)
    },
    count: (n) => {
      rows += n
    },
  })
  const [pack] = packs
  if (pack === undefined || packs.length !== 1) throw new Error('one pack is expected')
  return { ...pack, refused, rows }
}

const spans = (editions: readonly UnitLimitEdition[]) =>
  editions.map(({ setting, edition, from, to }) => `${setting} ${edition} ${from} ${to ?? '-'}`)

t.test('the three tables of a quarter', async (t) => {
  const files = await Promise.all(
    settings3.map((setting) =>
      fixture(
        `MCR_MUE_${setting}_Eff_10-01-2026.csv`,
        `medicare-ncci-2026-q4-mue-table.zip/MCR_MUE_${setting}_Eff_10-01-2026.csv`,
      ),
    ),
  )
  const { packId, content, refused, rows } = await read([
    ...files,
    inMemory('x.zip/MCR_MUE_PractitionerServices_Eff_10-01-2026.xlsx', new Uint8Array()),
  ])
  t.equal(packId, 'mue')
  t.strictSame(refused, [])
  t.equal(rows, 8)
  t.strictSame(spans(content.unitLimits), [
    'dme-supplier 2026-Q4 2026-10-01 -',
    'outpatient-hospital 2026-Q4 2026-10-01 -',
    'practitioner 2026-Q4 2026-10-01 -',
  ])
  const [dme, hospital, office] = content.unitLimits
  t.strictSame(
    dme?.rows,
    [{ procedureCode: 'J3420', maximum: 0, adjudicationIndicator: 3, rationale: 'CMS Policy' }],
    '0 is a limit',
  )
  t.match(
    hospital?.rows[0],
    { procedureCode: 'J0716', maximum: 4, adjudicationIndicator: 1 },
    'MAI as a number',
  )
  t.match(office?.source, {
    publisher: 'CMS',
    grade: 'primary',
    retrievedOn: '2026-11-23',
    coversThrough: '2026-12-31',
    usableThrough: '2027-06-30',
  })
  t.match(
    content.policySets,
    [{ policySetId: 'cms-mue', speaksTo: ['units'] }],
    'the set is brought where none is held',
  )
})

t.test('quarters follow each other; a missing one stays a gap', async (t) => {
  const first = await read([await practitioner('04-01-2026')])
  t.strictSame(spans(first.content.unitLimits), ['practitioner 2026-Q2 2026-04-01 -'])
  const second = await read([await practitioner('07-01-2026')], first.content)
  t.strictSame(spans(second.content.unitLimits), [
    'practitioner 2026-Q2 2026-04-01 2026-07-01',
    'practitioner 2026-Q3 2026-07-01 -',
  ])
  const third = await read([await practitioner('01-01-2027')], second.content)
  t.strictSame(
    spans(third.content.unitLimits).slice(1),
    ['practitioner 2026-Q3 2026-07-01 2026-10-01', 'practitioner 2027-Q1 2027-01-01 -'],
    'nothing is held for Q4',
  )
  const filled = await read([await practitioner('10-01-2026')], third.content)
  t.strictSame(spans(filled.content.unitLimits).slice(1), [
    'practitioner 2026-Q3 2026-07-01 2026-10-01',
    'practitioner 2026-Q4 2026-10-01 2027-01-01',
    'practitioner 2027-Q1 2027-01-01 -',
  ])
  const corrected = await read(
    [
      inMemory(
        'MCR_MUE_PractitionerServices_Eff_10-01-2026.csv',
        new TextEncoder().encode(
          'HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\nJ3420,2,3 Date of Service Edit: Clinical,\n',
        ),
      ),
    ],
    filled.content,
  )
  t.equal(corrected.content.unitLimits.length, 4)
  t.strictSame(
    corrected.content.unitLimits[2]?.rows,
    [{ procedureCode: 'J3420', maximum: 2, adjudicationIndicator: 3 }],
    'the same quarter again is a correction',
  )
  t.strictSame(corrected.content.policySets, first.content.policySets, 'a set of its own stays in the pack')
})

t.test('a policy set that another pack holds is left there; other tables are not touched', async (t) => {
  const held = {
    ...emptyContent,
    policySets: [
      {
        policySetId: 'cms-mue',
        title: 'Medicare medically unlikely edits',
        publisher: 'CMS',
        speaksTo: ['units' as const],
      },
    ],
  }
  const { content } = await read([await practitioner('10-01-2026')], {
    ...held,
    unitLimits: [
      {
        ...((await read([await practitioner('10-01-2026')])).content.unitLimits[0] as UnitLimitEdition),
        policySetId: 'test-units',
      },
    ],
  })
  t.strictSame(content.policySets, [])
  t.strictSame(
    content.unitLimits.map(({ policySetId }) => policySetId),
    ['cms-mue'],
  )
})

t.test('rows that are refused, each with its line and reason', async (t) => {
  const { content, refused, rows } = await read([
    await fixture('malformed.csv', 'MCR_MUE_PractitionerServices_Eff_10-01-2026.csv'),
  ])
  t.equal(rows, 9)
  t.strictSame(
    content.unitLimits[0]?.rows.map(({ procedureCode }) => procedureCode),
    ['J3420', 'J3489'],
  )
  t.strictSame(
    content.unitLimits[0]?.rows[1],
    { procedureCode: 'J3489', maximum: 5, adjudicationIndicator: 3 },
    'an empty rationale is none',
  )
  t.strictSame(
    refused.map(({ line, column, reason }) => `${line} ${column}: ${reason}`).sort(),
    [
      '9 HCPCS/CPT Code: "J342" is not a procedure code of five capital letters and digits',
      '10 MUE Values: "many" is not a whole number from 0 to 999999',
      '11 MUE Adjudication Indicator: "4 Something New" does not begin with MAI 1, 2 or 3',
      '12 HCPCS/CPT Code: J3420 is listed twice, first on line 8',
      '13 HCPCS/CPT Code: J3475 is listed again with another value on line 14; none of them is taken',
      '14 HCPCS/CPT Code: J3475 is listed twice, first on line 13',
      '15 MUE Values: "1.5" is not a whole number from 0 to 999999',
    ].sort(),
  )
})

t.test('files that are something else are refused, with what to do', async (t) => {
  const header = 'HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
  const row = 'J3420,1,3 Date of Service Edit: Clinical,x\n'
  const cases: Array<[string, readonly SourceFile[], ImportContext['settings'], RegExp]> = [
    ['no CSV', [text('a.xlsx', '')], {}, /No CSV among a\.xlsx/],
    ['another table', [text('a.csv', 'Code,Name\nJ3420,x\n')], {}, /no header with the columns/],
    [
      'columns in another order',
      [
        text(
          'a.csv',
          'HCPCS/CPT Code,MUE Rationale,Practitioner Services MUE Values,MUE Adjudication Indicator\n',
        ),
      ],
      {},
      /no header/,
    ],
    ['a quote that does not end', [text('a.csv', '"abc')], {}, /repair the quotes/],
    ['no edition', [text('a.csv', header + row)], {}, /its edition; give --edition/],
    [
      'no setting',
      [text('a.csv', header.replace('Practitioner Services ', '') + row)],
      { edition: '2026-Q4' },
      /its setting; give --setting/,
    ],
    [
      'name and header disagree',
      [text('MCR_MUE_DMESupplierServices_Eff_10-01-2026.csv', header + row)],
      {},
      /its name says setting dme-supplier, its header says practitioner/,
    ],
    [
      'another edition',
      [await practitioner('10-01-2026')],
      { edition: '2026-Q3' },
      /its name says edition 2026-Q4, --edition says 2026-Q3/,
    ],
    ['no such edition', [text('a.csv', header + row)], { edition: '2026-4' }, /form 2026-Q4/],
    [
      'no such setting',
      [text('a.csv', header + row)],
      { edition: '2026-Q4', setting: 'office' },
      /not one of practitioner/,
    ],
    ['no such day', [text('MCR_MUE_PractitionerServices_Eff_02-30-2026.csv', header + row)], {}, /no date/],
    [
      'the same table twice',
      [await practitioner('10-01-2026'), await practitioner('10-01-2026')],
      {},
      /a second file for practitioner 2026-Q4/,
    ],
    ['no usable row', [text('MCR_MUE_PractitionerServices_Eff_10-01-2026.csv', header)], {}, /no usable row/],
  ]
  for (const [title, files, settings, message] of cases)
    await t.rejects(read(files, emptyContent, settings), { constructor: ImportRefused, message }, title)
  const named = await read([text('practitioner.csv', header + row)], emptyContent, { edition: '2026-Q4' })
  t.strictSame(
    spans(named.content.unitLimits),
    ['practitioner 2026-Q4 2026-10-01 -'],
    'a renamed file with --edition',
  )
})

const plan = {
  planId: 'medicare-part-b',
  payerId: 'medicare',
  name: 'Part B',
  lineOfBusiness: 'medicare' as const,
  benefit: 'medical' as const,
  follows: [{ policySetId: 'cms-mue', role: 'governing' as const }],
}

function unitsOf(
  content: PolicyContent,
  procedureCode: string,
  units: number,
  dateOfService: string,
  claimType: 'professional' | 'dme' | 'institutional' = 'professional',
) {
  const view = compilePolicyView({ ...content, plans: [plan] }, 1)
  return determine(
    {
      coverage: { planId: plan.planId },
      claimType,
      serviceLines: [{ lineNumber: 1, procedureCode, units, dateOfService }],
    },
    view,
  ).lines[0]?.units
}

t.test('the core answers from it', async (t) => {
  const files = await Promise.all(
    settings3.map((setting) => fixture(`MCR_MUE_${setting}_Eff_10-01-2026.csv`)),
  )
  const { content } = await read(files, (await read([await practitioner('04-01-2026')])).content)
  t.match(unitsOf(content, 'J3420', 1, '2026-11-03'), {
    status: 'within-limit',
    maximum: 1,
    adjudicationIndicator: 3,
  })
  t.match(unitsOf(content, 'J3420', 2, '2026-11-03'), { status: 'exceeds-limit' })
  t.match(unitsOf(content, 'J3420', 1, '2026-11-03', 'dme'), { status: 'exceeds-limit', maximum: 0 })
  t.match(
    unitsOf(content, 'J3420', 1, '2026-08-03'),
    { status: 'indeterminate', reasonCode: 'version-not-held' },
    'the missing quarter',
  )
  t.match(
    unitsOf(content, 'J3420', 1, '2027-06-30'),
    { status: 'within-limit' },
    'behind its quarter, and flagged',
  )
  t.match(unitsOf(content, 'J3420', 1, '2027-07-01'), { status: 'indeterminate', reasonCode: 'policy-stale' })
  t.match(
    unitsOf(content, 'J9999', 1, '2026-11-03'),
    { status: 'indeterminate', reasonCode: 'rule-not-loaded' },
    'a code without a row is not a code without a limit',
  )
})
