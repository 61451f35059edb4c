// Packed lists of pairs give back what was put in, and find what a plain filter finds.
import * as fc from 'fast-check'
import t from 'tap'
import { elevenDigits, displayNdc } from '../../src/decision/facts/ndc.js'
import {
  findPairs,
  packPairs,
  unpackPairs,
  type ProcedurePair,
} from '../../src/decision/shapes/procedure-pairs.js'

const rationales = Array.from({ length: 36 }, (_, at) => `Rationale ${at}`)
const date = fc.constantFrom('1996-01-01', '2026-10-01', '2026-12-31', '2028-02-29')
const code = fc.constantFrom('00100', '0001M', '96372', '99213', 'A4220', 'J3420', 'J3421', 'Z9999')
const pair: fc.Arbitrary<ProcedurePair> = fc
  .record({
    columnTwo: code,
    from: date,
    to: fc.option(date, { nil: undefined }),
    modifierIndicator: fc.constantFrom(0, 1, 9),
    rationale: fc.option(fc.constantFrom(...rationales), { nil: undefined }),
  })
  .map(({ to, rationale, ...rest }) => ({
    ...rest,
    ...(to === undefined ? {} : { to }),
    ...(rationale === undefined ? {} : { rationale }),
  }))
const pairs = fc.array(pair, { maxLength: 40 })

function key({ columnTwo, from, to = ' ', modifierIndicator, rationale }: ProcedurePair): string {
  return [
    columnTwo,
    from,
    to,
    modifierIndicator,
    rationale === undefined ? ' ' : rationales.indexOf(rationale).toString(36),
  ].join('|')
}

/** In the order of a packed list: by code, first day, end, indicator and rationale; an open end goes before any other. */
function sorted(list: readonly ProcedurePair[]): ProcedurePair[] {
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

t.test('what is packed is unpacked', async (t) => {
  fc.assert(
    fc.property(pairs, (list) => {
      t.strictSame(unpackPairs(packPairs(list, rationales), rationales), sorted(list))
    }),
    { numRuns: 200 },
  )
})

t.test('the packed text has the form that the schema asks for', async (t) => {
  const form = /^([A-Z0-9]{5}[0-9]{8}([0-9]{8}| {8})[019][0-9A-Z ])*$/
  fc.assert(
    fc.property(pairs, (list) => {
      t.match(packPairs(list, rationales), form)
    }),
    { numRuns: 200 },
  )
})

t.test('finding is filtering', async (t) => {
  fc.assert(
    fc.property(pairs, code, (list, columnTwo) => {
      t.strictSame(
        findPairs(packPairs(list, rationales), columnTwo, rationales),
        sorted(list).filter((one) => one.columnTwo === columnTwo),
      )
    }),
    { numRuns: 400 },
  )
})

t.test('corners', async (t) => {
  t.equal(packPairs([], rationales), '')
  t.strictSame(findPairs('', 'J3420', rationales), [])
  t.equal(
    packPairs(
      [{ columnTwo: 'J3420', from: '2026-10-01', modifierIndicator: 1, rationale: 'Rationale 35' }],
      rationales,
    ),
    'J342020261001        1Z',
  )
  t.equal(
    packPairs(
      [
        {
          columnTwo: 'J3420',
          from: '2026-10-01',
          to: '2027-01-01',
          modifierIndicator: 0,
          rationale: 'not in the list',
        },
      ],
      rationales,
    ),
    'J342020261001202701010 ',
  )
})

t.test('an NDC is 11 digits where its spelling tells which', async (t) => {
  const read: ReadonlyArray<readonly [string, string | undefined]> = [
    ['00517003125', '00517003125'],
    ['00517-0031-25', '00517003125'],
    ['0517-0031-25', '00517003125'],
    ['00517-031-25', '00517003125'],
    ['00517-0031-5', '00517003105'],
    ['0517003125', undefined],
    ['005170031251', undefined],
    ['0517-031-25', undefined],
    ['00517-003125', undefined],
    ['00517--0031', undefined],
    ['-00517003125', undefined],
    ['000517-0031-25', undefined],
  ]
  for (const [code, wanted] of read) t.equal(elevenDigits(code), wanted, code)
  t.equal(displayNdc('00517003125'), '00517-0031-25')
})
