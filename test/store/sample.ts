import {
  emptyContent,
  type CodeSet,
  type Policy,
  type PolicyContent,
  type PolicyVersion,
} from '../../src/decision/shapes/policy.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type {
  CodeTable,
  NdcEdition,
  ProcedurePairEdition,
  UnitLimitEdition,
} from '../../src/decision/shapes/tables.js'

export { emptyContent as nothing }

export const source: Source = {
  publisher: 'First Coast',
  title: 'Vitamin B12 injections',
  url: 'https://example.org/a57755',
  retrievedOn: '2026-11-01',
  grade: 'primary',
}

/** A policy version that says little; different `statement`, different content. */
export function aVersion(
  versionId: string,
  from: string,
  to?: string,
  statement = 'Not covered.',
): PolicyVersion {
  return {
    versionId,
    from,
    ...(to === undefined ? {} : { to }),
    source,
    rules: [
      { kind: 'coverage-exclusion', ruleId: 'r1', procedures: ['J3420'], statement, basis: 'statutory' },
    ],
  }
}

export function aPolicy(policyId: string, ...versions: PolicyVersion[]): Policy {
  return { policyId, policySetId: 'cms-mcd', title: `Title of ${policyId}`, versions }
}

export function aCodeSet(codeSetId: string, ...codes: string[]): CodeSet {
  return { codeSetId, title: `Codes of ${codeSetId}`, codes }
}

/** A content as a pack would have it: without the layers that loading tells. */
export function withoutLayers(content: PolicyContent): PolicyContent {
  return {
    ...content,
    codeTables: content.codeTables.map((table) => {
      const { layer: _layer, ...rest } = table
      return rest
    }),
  }
}

export function aCodeTable(rows: CodeTable['rows']): CodeTable {
  return {
    system: 'icd-10-cm',
    source,
    held: [{ from: '2023-10-01', to: '2026-10-01' }],
    complete: ['D5', 'K90'],
    rows,
  }
}

export function anEdition(
  edition: string,
  from: string,
  to: string | undefined,
  rows: UnitLimitEdition['rows'],
): UnitLimitEdition {
  return {
    policySetId: 'cms-mue',
    edition,
    setting: 'practitioner',
    from,
    ...(to === undefined ? {} : { to }),
    source,
    rows,
  }
}

/** Pairs of one setting; `lists` by column-one code, each packed, with a rationale where its last character is 0 or 1. */
export function pairEdition(
  edition: string,
  lists: Readonly<Record<string, readonly string[]>>,
  setting: ProcedurePairEdition['setting'] = 'practitioner',
): ProcedurePairEdition {
  return {
    policySetId: 'cms-ptp',
    edition,
    setting,
    source,
    columnOne: ['00100-99999', 'J3420'],
    rationales: ['Misuse of column two', 'Mutually “exclusive”'],
    // An object has its keys in another order where they are numbers.
    lists: Object.entries(lists)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([columnOne, pairs]) => ({ columnOne, pairs: pairs.join('') })),
  }
}

export function anNdcEdition(
  edition: string,
  from: string,
  to: string | undefined,
  rows: NdcEdition['rows'],
): NdcEdition {
  return { policySetId: 'cms-asp-ndc', edition, from, ...(to === undefined ? {} : { to }), source, rows }
}

/** One object of every family, with and without each optional field, in the order in which it is loaded. */
export const everything: PolicyContent = {
  ...emptyContent,
  payers: [
    { payerId: 'cms', name: 'Medicare', x12PayerIds: ['00090'] },
    { payerId: 'wha', name: 'Western Health Advantage' },
  ],
  plans: [
    {
      planId: 'medicare-part-b',
      payerId: 'cms',
      name: 'Medicare Part B',
      lineOfBusiness: 'medicare',
      benefit: 'medical',
      claimTypes: ['professional'],
      // Not in the order of the alphabet: governing sets stand in order of precedence.
      follows: [
        { policySetId: 'cms-ncd', role: 'binding' },
        { policySetId: 'cms-mcd', role: 'governing' },
        { policySetId: 'a-late-set', role: 'governing' },
      ],
    },
  ],
  policySets: [
    {
      policySetId: 'cms-mcd',
      title: 'Local coverage',
      publisher: 'CMS',
      speaksTo: ['diagnosis', 'frequency'],
      completeness: [
        {
          kinds: ['diagnosis'],
          procedures: ['J0000-J9999'],
          from: '2024-01-01',
          statement: 'All of it “held”.',
          source,
        },
      ],
    },
  ],
  policies: [
    {
      ...aPolicy(
        'a57755',
        aVersion('17', '2024-04-01', '2025-01-01', 'As it was.'),
        aVersion('18', '2025-01-01'),
      ),
      jurisdiction: { states: ['FL'] },
    },
    aPolicy('l33967', aVersion('3', '2020-02-29')),
  ],
  codeSets: [
    aCodeSet('a57755-group-1', 'D510', 'D511', 'K90821'),
    aCodeSet('same-codes', 'D510', 'D511', 'K90821'),
  ],
  unitLimits: [
    anEdition('2026 Q3', '2026-07-01', '2026-10-01', [
      { procedureCode: 'J3420', maximum: 1, adjudicationIndicator: 3, rationale: 'Prescribing information' },
    ]),
    anEdition('2026 Q4', '2026-10-01', undefined, [
      { procedureCode: 'J0000', maximum: 0, adjudicationIndicator: 2 },
      { procedureCode: 'J3420', maximum: 2, adjudicationIndicator: 3 },
    ]),
  ],
  procedurePairs: [
    pairEdition('2026 Q4', { 11042: ['J342020200101202601011 '] }, 'outpatient-hospital'),
    pairEdition('2026 Q4', {
      '0001U': ['0029U20180701202607011 ', '0030U20180701        11'],
      J3420: ['9637219960101        00', '9637220200101202001029 '],
    }),
  ],
  ndcEditions: [
    anNdcEdition('2026 Q3', '2026-07-01', '2026-10-01', [{ ndc: '00517003125', procedureCode: 'J3420' }]),
    anNdcEdition('2026 Q4', '2026-10-01', undefined, [
      {
        ndc: '00517003125',
        procedureCode: 'J3420',
        packageSize: 1,
        packageQuantity: 25,
        billingUnits: 1,
        billingUnitsPerPackage: 25,
        drugName: 'Cyanocobalamin',
        labeler: 'American Regent, Inc.',
      },
      {
        ndc: '00517750425',
        procedureCode: 'J7608',
        packageSize: 4,
        packageQuantity: 25,
        billingUnits: 0.4,
        billingUnitsPerPackage: 10,
      },
      { ndc: '00517750425', procedureCode: 'J7699' },
    ]),
  ],
  codeTables: [
    {
      system: 'hcpcs',
      source: { ...source, coversThrough: '2026-12-31' },
      held: [{ from: '2024-01-01' }],
      complete: ['J'],
      rows: [
        {
          code: 'J3420',
          from: '1986-01-01',
          billable: true,
          title: 'Injection, vitamin b-12',
          dosePerUnit: { value: 1000, unit: 'ug' },
        },
        { code: 'J9305', from: '2019-10-01', billable: true, dosePerUnit: { value: 0.1, unit: 'mg' } },
      ],
    },
    aCodeTable([
      { code: 'D51', from: '2015-10-01', billable: false, title: 'Vitamin B12 deficiency anemia' },
      { code: 'D510', from: '2015-10-01', to: '2020-10-01', billable: true, title: 'Old title' },
      { code: 'D510', from: '2020-10-01', billable: true },
    ]),
  ],
}
