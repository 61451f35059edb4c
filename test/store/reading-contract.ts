import type { Test } from 'tap'
import type { Database } from '../../src/store/database/database.js'

/** How types are read and parameters written, and how a transaction ends. */
export async function readingContract(t: Test, db: Database): Promise<void> {
  const [row] = await db.query<Record<string, unknown>>(`
    SELECT '2024-03-10'::date AS day, '1900-01-01'::date AS old, ARRAY['2024-02-29']::date[] AS days, 9007199254740991::int8 AS big, 12::int8 AS small,
           '{"a": [1, null, "x"]}'::jsonb AS json, ARRAY['a', 'b,"c', '']::text[] AS texts, ARRAY[1, 2]::int8[] AS counts, '{}'::text[] AS none,
           int8range(3, NULL) AS revisions, daterange('2024-01-01', '2025-01-01') AS effective, 0.1::float8 AS float, 1.50::numeric AS exact,
           true AS yes, NULL::text AS nothing, '2024-03-10T02:30:00+01'::timestamptz AS instant, 7 AS number`)
  t.strictSame(row, {
    day: '2024-03-10',
    old: '1900-01-01',
    days: ['2024-02-29'],
    big: 9007199254740991,
    small: 12,
    json: { a: [1, null, 'x'] },
    texts: ['a', 'b,"c', ''],
    counts: [1, 2],
    none: [],
    revisions: '[3,)',
    effective: '[2024-01-01,2025-01-01)',
    float: 0.1,
    exact: '1.50',
    yes: true,
    nothing: null,
    instant: '2024-03-10T01:30:00.000Z',
    number: 7,
  })
  await t.rejects(db.query('SELECT 9007199254740993::int8'), RangeError, 'an int8 is never rounded')
  await datesInZones(t, db)
  t.strictSame(
    await db.query(
      'SELECT $1::date AS day, $2::int8 AS big, $3::text[] AS texts, $4::jsonb AS json, $5::boolean AS yes, $6::text AS nothing',
      ['2024-03-10', 9007199254740991, ['a', 'b,"c', ''], '[1]', false, null],
    ),
    [
      {
        day: '2024-03-10',
        big: 9007199254740991,
        texts: ['a', 'b,"c', ''],
        json: [1],
        yes: false,
        nothing: null,
      },
    ],
    'parameters go and come back',
  )

  const rolled = { tenantId: 'rolled', role: 'writer' } as const
  await t.rejects(
    db.transaction(async (tx) => {
      await tx.query("INSERT INTO tenant VALUES ('rolled', 'Rolled back')")
      throw new Error('changed my mind')
    }, rolled),
    { message: 'changed my mind' },
  )
  t.same(
    await db.transaction(
      async (tx) => await tx.query("SELECT * FROM tenant WHERE tenant_id = 'rolled'"),
      rolled,
    ),
    [],
  )
  await t.rejects(
    db.transaction(async (tx) => {
      await tx.query('SELECT nonsense').catch(() => {})
    }),
    'a failure that was swallowed is not a commit',
  )
}

async function datesInZones(t: Test, db: Database): Promise<void> {
  const { TZ } = process.env
  t.teardown(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })
  for (const [zone, offset] of [
    ['America/New_York', 300],
    ['Pacific/Auckland', -780],
    ['UTC', 0],
  ] as const) {
    process.env.TZ = zone
    t.equal(new Date(2026, 0, 1).getTimezoneOffset(), offset, `the process is in ${zone}`)
    // The first day of summer time in New York and midnight there are where a date read as an instant slips.
    t.strictSame(
      await db.query(
        "SELECT $1::date AS day, daterange($1::date, NULL) AS effective, '2026-03-08 00:00Z'::timestamptz AS instant",
        ['2026-03-08'],
      ),
      [{ day: '2026-03-08', effective: '[2026-03-08,)', instant: '2026-03-08T00:00:00.000Z' }],
    )
  }
}
