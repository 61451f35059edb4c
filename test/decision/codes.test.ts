// Which codes a range of procedure codes holds.
import t from 'tap'
import { inProcedures, isCodeOrRange } from '../../src/decision/shapes/codes.js'

t.test('a range holds codes of its own form only', async (t) => {
  const rows = [
    ['00100-01999', '00100', true],
    ['00100-01999', '01999', true],
    ['00100-01999', '02000', false],
    ['00100-01999', '0101T', false],
    ['00100-01999', '0107U', false],
    ['00100-01999', '0114A', false],
    ['10004-69990', '64612', true],
    ['10004-69990', '4004F', false],
    ['0001T-0999T', '0101T', true],
    ['0001T-0999T', '0101U', false],
    ['0001T-0999T', '00505', false],
    ['J0000-J9999', 'J3420', true],
    ['A0000-V9999', 'J3420', true],
    ['A0000-V9999', '99213', false],
    ['00100-0999T', '00500', false],
  ] as const
  for (const [range, code, held] of rows) t.equal(inProcedures(code, [range]), held, `${code} in ${range}`)
  t.ok(inProcedures('0101T', ['00100-01999', '0101T']), 'a code that is named by itself')
})

t.test('a range joins two codes of one form, forwards', async (t) => {
  for (const good of ['J3420', '00100-01999', '0001T-0999T', 'J0000-J9999']) t.ok(isCodeOrRange(good), good)
  for (const bad of [
    '00100-0999T',
    '0001T-0999U',
    'J9999-J0000',
    'J342',
    'J0000-99999',
    'A-B',
    'J0000-J1000-J2000',
  ])
    t.notOk(isCodeOrRange(bad), bad)
})
