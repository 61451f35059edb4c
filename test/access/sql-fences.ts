// Straight in SQL, past the program: what the roles may see and write, whatever tables there are.
import type { Test } from 'tap'
import { openServer } from '../../src/store/database/server.js'
import type { Database, Queryable, TransactionOptions } from '../../src/store/database/database.js'

interface Fenced {
  readonly databaseUrl: string
  readonly tenants: readonly [string, string]
}
interface Table {
  readonly name: string
  readonly enabled: boolean
  readonly forced: boolean
}

// Tables with rows for everybody; of all others a transaction without a tenant sees nothing.
const shared = [
  'tenant',
  'policy_revision',
  'payer',
  'plan',
  'policy_set',
  'policy',
  'policy_version',
  'policy_version_in_effect',
  'policy_change',
  'code_set',
  'code_set_name',
  'code_table',
  'code_row',
  'unit_limit_edition',
  'unit_limit',
  'procedure_pair_edition',
  'procedure_pair_list',
  'ndc_edition',
  'ndc_row',
]
// What the service may write, and what it may change of a row; everything else it reads only.
const mayInsert = [
  'api_key_use',
  'data_key',
  'decision_log',
  'log_checkpoint',
  'log_refused_row',
  'repeated_request',
]
const mayChange = ['api_key_use UPDATE', 'repeated_request DELETE', 'repeated_request UPDATE']
const roles = ['precert_app', 'precert_access', 'precert_writer']

/** Every table with a tenant is fenced, and the fence holds for each role that the program works as. */
export async function sqlFences(
  t: Pick<Test, 'test'>,
  { databaseUrl, tenants: [north, south] }: Fenced,
): Promise<void> {
  const [owner, app] = [
    openServer(databaseUrl, { poolSize: 2 }),
    openServer(databaseUrl, { poolSize: 2, asApplication: true }),
  ]
  const inside = async <T>(options: TransactionOptions, work: (tx: Queryable) => Promise<T>): Promise<T> =>
    await app.transaction(work, options)
  const tables = await tablesWithTenant(owner)

  await t.test('every table with a tenant has its fence, and the application owns nothing', async (t) => {
    t.ok(tables.length >= 20, `${tables.length} tables`)
    t.same(
      tables.filter(({ enabled, forced }) => !enabled || !forced).map(({ name }) => name),
      [],
      'keep_to_tenant() was called for each',
    )
    t.same(
      await app.query('SELECT current_user::text AS who'),
      [{ who: 'precert_app' }],
      'connections are the application',
    )
    t.same(
      await owner.query(
        `SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)`,
        [roles],
      ),
      [],
    )
    t.same(
      await owner.query('SELECT member::regrole FROM pg_auth_members WHERE member::regrole::text = ANY($1)', [
        roles,
      ]),
      [],
      'none of them is another one',
    )
    t.same(
      await owner.query(
        'SELECT oid::regclass::text AS owned FROM pg_class WHERE relowner::regrole::text = ANY($1) UNION SELECT oid::regprocedure::text FROM pg_proc WHERE proowner::regrole::text = ANY($1)',
        [roles],
      ),
      [],
    )
    t.same(
      await owner.query(
        "SELECT oid::regclass::text AS view FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace AND NOT coalesce(reloptions, '{}') @> '{security_invoker=true}'",
      ),
      [],
      'views ask as whoever reads them',
    )
    const writable = await owner.query<{ name: string; privilege: string }>(`
      SELECT c.relname AS name, p.privilege FROM pg_class AS c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS p(privilege)
       WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
         AND (has_table_privilege('precert_app', c.oid, p.privilege) OR (p.privilege IN ('INSERT', 'UPDATE') AND has_any_column_privilege('precert_app', c.oid, p.privilege)))
       ORDER BY 1, 2`)
    t.same(
      writable.filter(({ privilege }) => privilege === 'INSERT').map(({ name }) => name),
      mayInsert,
    )
    t.same(
      writable
        .filter(({ privilege }) => privilege !== 'INSERT')
        .map(({ name, privilege }) => `${name} ${privilege}`),
      mayChange,
    )
    const removable = await owner.query(
      `SELECT r.role, c.relname FROM pg_class AS c, unnest($1::text[]) AS r(role)
       WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (has_table_privilege(r.role, c.oid, 'DELETE') OR has_table_privilege(r.role, c.oid, 'TRUNCATE'))`,
      [roles],
    )
    t.same(
      removable,
      [{ role: 'precert_app', relname: 'repeated_request' }],
      'nothing that is history is removed by anybody',
    )
  })

  await t.test(
    'without a tenant public policy is seen and nothing else; with one, its own too',
    async (t) => {
      let looks = 0
      for (const { name } of tables) {
        const whose = async (options: TransactionOptions): Promise<string[]> => {
          looks++
          return await inside(options, async (tx) =>
            (await tx.query<{ whose: string }>(`SELECT DISTINCT tenant_id AS whose FROM ${name}`))
              .map(({ whose }) => whose)
              .filter((one) => one !== 'public' || !shared.includes(name)),
          )
        }
        for (const tenantId of [undefined, '', 'nobdy', `${north}' OR true --`, '%', 'public']) {
          const seen = await whose(tenantId === undefined ? {} : { tenantId })
          if (tenantId !== 'public') t.same(seen, [], `${name} for ${tenantId ?? 'no tenant'}`)
          t.notOk(seen.includes(north) || seen.includes(south), `${name}: neither ${north} nor ${south}`)
        }
        for (const [me, other] of [
          [north, south],
          [south, north],
        ] as const)
          t.notOk((await whose({ tenantId: me })).includes(other), `${name}: ${me} does not see ${other}`)
      }
      t.same(await app.query('SELECT * FROM api_key'), [], 'no key outside of any transaction')
      t.same(await app.query('SELECT * FROM decision_log'), [], 'and no determination')
      t.ok(looks > 0, `${looks} looks at ${tables.length} tables`)
      for (const tenantId of [north, south]) {
        t.ok(
          (await inside({ tenantId }, async (tx) => await tx.query('SELECT FROM api_key'))).length > 0,
          `${tenantId} has keys`,
        )
        t.ok(
          (await inside({ tenantId }, async (tx) => await tx.query('SELECT FROM decision_log'))).length > 0,
          'and determinations',
        )
        t.ok(
          (
            await inside(
              { tenantId },
              async (tx) => await tx.query('SELECT FROM plan WHERE tenant_id = $1', [tenantId]),
            )
          ).length > 0,
          'and plans',
        )
      }
    },
  )

  await t.test('nobody writes in the name of another', async (t) => {
    const refused = { code: '42501' }
    for (const { name } of tables) {
      // A row as it is, said to be of the other tenant; of policy_revision, the next one.
      const change = JSON.stringify({ tenant_id: south })
      const copy = `INSERT INTO ${name} SELECT changed.* FROM (SELECT src FROM ${name} AS src LIMIT 1) AS one, jsonb_populate_record(one.src, $1::jsonb${name === 'policy_revision' ? " || jsonb_build_object('revision', open_revision(''))" : ''}) AS changed`
      for (const role of ['app', 'writer', 'access'] as const) {
        for (const tenantId of [north, undefined]) {
          const options = { role, ...(tenantId === undefined ? {} : { tenantId }) }
          const result = await inside(options, async (tx) => await tx.query(copy, [change])).then(
            () => 'nothing to copy',
            (error: { code?: string }) => error.code,
          )
          t.ok(
            result === '42501' || (result === 'nothing to copy' && (await isEmptyFor(inside, options, name))),
            `${role} inserts into ${name} as ${tenantId ?? 'nobody'}: ${result}`,
          )
        }
      }
      if (!mayChange.some((one) => one.startsWith(`${name} `)))
        await t.rejects(
          inside(
            { tenantId: north },
            async (tx) => await tx.query(`UPDATE ${name} SET tenant_id = tenant_id`),
          ),
          refused,
          `the application does not update ${name}`,
        )
      await t.rejects(
        inside({ tenantId: north, role: 'writer' }, async (tx) => await tx.query(`DELETE FROM ${name}`)),
        refused,
        'and nobody deletes',
      )
    }
    for (const name of ['plan', 'policy', 'code_set_name']) {
      const ended = await inside(
        { tenantId: north, role: 'writer' },
        async (tx) =>
          await tx.query(
            `UPDATE ${name} SET revisions = int8range(lower(revisions), 99) WHERE tenant_id <> $1 RETURNING 1 AS one`,
            [north],
          ),
      )
      t.same(ended, [], `the writer of ${north} ends no ${name} of anybody else`)
    }
    const revoked = await inside(
      { tenantId: north, role: 'writer' },
      async (tx) =>
        await tx.query('UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1 RETURNING key_id', [
          south,
        ]),
    )
    t.same(revoked, [], 'and no key')
    for (const sql of [
      'SELECT * FROM plan',
      'SELECT description FROM policy_revision',
      'SELECT * FROM decision_log',
      'SELECT * FROM data_key',
    ]) {
      await t.rejects(
        inside({ role: 'access' }, async (tx) => await tx.query(sql)),
        refused,
        `who tells callers apart may not: ${sql}`,
      )
    }
    await t.rejects(app.query('CREATE TABLE mine (id int)'), refused, 'the application makes no tables')
    await t.rejects(
      app.query('ALTER TABLE plan DISABLE ROW LEVEL SECURITY'),
      refused,
      'nor takes a fence away',
    )
    await t.rejects(app.query('SET row_security = off; SELECT * FROM api_key'), refused, 'nor steps over one')
  })
  await Promise.all([owner.close(), app.close()])
}

type Inside = <T>(options: TransactionOptions, work: (tx: Queryable) => Promise<T>) => Promise<T>

async function isEmptyFor(inside: Inside, options: TransactionOptions, name: string): Promise<boolean> {
  return (await inside(options, async (tx) => await tx.query(`SELECT FROM ${name} LIMIT 1`))).length === 0
}

async function tablesWithTenant(owner: Database): Promise<Table[]> {
  return await owner.query<Table>(`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`)
}
