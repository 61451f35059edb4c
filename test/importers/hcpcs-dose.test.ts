import t from 'tap'
import { dosePerUnitOf } from '../../src/importers/hcpcs/dose.js'

// Long descriptors of Level II codes as they are published, and the dose of one unit; undefined where it is not beyond doubt.
const descriptors: readonly (readonly [code: string, text: string, value?: number, unit?: string])[] = [
  ['J3420', 'Injection, vitamin b-12 cyanocobalamin, up to 1000 mcg', 1000, 'ug'],
  ['J3424', 'Injection, hydroxocobalamin, intravenous, 25 mg', 25, 'mg'],
  ['J3425', 'Injection, hydroxocobalamin, intramuscular, 10 mcg', 10, 'ug'],
  ['J1020', 'Injection, methylprednisolone acetate, 20 mg', 20, 'mg'],
  ['J0696', 'Injection, ceftriaxone sodium, per 250 mg', 250, 'mg'],
  ['J9208', 'Injection, ifosfamide, 1 gram', 1, 'g'],
  ['J0698', 'Injection, cefotaxime sodium, per gm', 1, 'g'],
  ['J2503', 'Injection, pegaptanib sodium, 0.3 mg', 0.3, 'mg'],
  ['J7030', 'Infusion, normal saline solution , 1000 cc', 1000, 'mL'],
  ['J0610', 'Injection, calcium gluconate, per 10 ml', 10, 'mL'],
  [
    'J7644',
    'Ipratropium bromide, inhalation solution, fda-approved final product, non-compounded, administered through dme, unit dose form, per milligram',
    1,
    'mg',
  ],
  ['J0881', 'Injection, darbepoetin alfa, 1 microgram (non-esrd use)', 1, 'ug'],
  ['Q5110', 'Injection, filgrastim-aafi, biosimilar, (nivestym), 1 microgram', 1, 'ug'],
  ['C9473', 'Injection, mepolizumab, 1 mg', 1, 'mg'],
  // Units of one drug are not those of another.
  ['J1644', 'Injection, heparin sodium, per 1000 units'],
  ['J7198', 'Anti-inhibitor, per i.u.'],
  // Several drugs: of which is the dose?
  ['J2180', 'Injection, meperidine and promethazine hcl, up to 50 mg'],
  ['J0295', 'Injection, ampicillin sodium/sulbactam sodium, per 1.5 gm'],
  ['J0743', 'Injection, cilastatin sodium; imipenem, per 250 mg'],
  ['J0695', 'Injection, ceftolozane 50 mg and tazobactam 25 mg'],
  // Two amounts, or an amount that is a bound.
  ['J1080', 'Injection, testosterone cypionate, 1 cc, 200 mg'],
  ['J1560', 'Injection, gamma globulin, intramuscular, over 10 cc'],
  ['Q9991', 'Injection, buprenorphine extended-release (sublocade), less than or equal to 100 mg'],
  ['J2150', 'Injection, mannitol, 25% in 50 ml'],
  ['J7060', '5% dextrose/water (500 ml = 1 unit)'],
  // No drug, or no dose.
  ['A4216', 'Sterile water, saline and/or dextrose, diluent/flush, 10 ml'],
  ['Q4192', 'Restorigin, 1 cc'],
  ['J3490', 'Unclassified drugs'],
  ['J7307', 'Etonogestrel (contraceptive) implant system, including implant and supplies'],
]

for (const [code, text, value, unit] of descriptors) {
  t.strictSame(
    dosePerUnitOf(code, text),
    value === undefined ? undefined : { value, unit },
    `${code} ${text}`,
  )
}
t.strictSame(
  dosePerUnitOf('J9999', 'Injection, something, 100,000 mcg'),
  { value: 100000, unit: 'ug' },
  'a comma in a number',
)
t.equal(dosePerUnitOf('J9999', 'Injection, something, 0 mg'), undefined, 'no dose at all')
