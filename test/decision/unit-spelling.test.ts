// Units as people write them: capitals are no megalitres.
import t from 'tap'
import { convertAmount } from '../../src/decision/facts/ucum.js'
import { ucumUnit } from '../../src/decision/facts/unit-spelling.js'

t.test('a unit is read as people write it', async (t) => {
  const rows = [
    ['ML', 'mL'],
    ['Ml', 'mL'],
    ['cc', 'mL'],
    ['MCG', 'ug'],
    ['µg', 'ug'],
    ['Mg', 'mg'],
    ['GM', 'g'],
    ['G', 'g'],
    ['MCG/ML', 'ug/mL'],
    ['PG/ML', 'pg/mL'],
    ['NG/DL', 'ng/dL'],
    ['PMOL/L', 'pmol/L'],
    ['ug', 'ug'],
    ['[IU]/mL', '[IU]/mL'],
    ['10*9/L', '10*9/L'],
    ['mm[Hg]', 'mm[Hg]'],
    ['MBq', 'MBq'],
  ] as const
  for (const [written, read] of rows) t.equal(ucumUnit(written), read, written)
})

t.test('a unit that nobody means is unknown', async (t) => {
  for (const written of ['MU', 'MIU/mL', 'Gm', 'TL', 'M[IU]', 'mg/MU'])
    t.equal(ucumUnit(written), written === 'Gm' ? 'g' : undefined, written)
})

t.test('amounts are those that were meant, or none', async (t) => {
  t.equal(convertAmount(1, 'ML', 'mL'), 1)
  t.equal(convertAmount(1000, 'MCG/ML', 'ug/mL'), 1000)
  t.equal(convertAmount(900, 'PG/ML', 'pg/mL'), 900)
  t.equal(convertAmount(1, 'L', 'mL'), 1000)
  t.equal(convertAmount(1, 'MU', 'U'), undefined, 'a million units, or a thousandth')
  t.equal(convertAmount(1e9, 'kg', 'ug'), undefined, 'no dose is so large')
  t.equal(convertAmount(1e-9, 'pg', 'kg'), undefined, 'nor so small')
  t.equal(convertAmount(0, 'mg', 'ug'), 0)
})
