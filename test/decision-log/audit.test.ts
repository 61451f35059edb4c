// The audit command: what it takes, and what it does to a log.
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t from 'tap'
import { asOwner } from '../store/emptied.js'
import { performAudit as audit, type AuditParts } from '../../src/commands/audit/actions.js'
import { auditHelp, parseAuditCommand } from '../../src/commands/audit/arguments.js'
import { monthsAhead } from '../../src/decision-log/months.js'
import { ensureLogMonths, insertLogRows } from '../../src/store/log/decision-log.js'
import { createRefusedRows } from '../../src/decision-log/refused-rows.js'
import { readRefusedRows } from '../../src/store/log/refused-rows.js'
import { link, type ChainHead, type LogRecord } from '../../src/decision-log/record.js'
import { entryOfDetermination } from '../../src/decision-log/entry.js'
import { decide } from '../../src/decision/decide.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'

t.test('arguments', async (t) => {
  t.strictSame(parseAuditCommand(['verify', '--json']), {
    action: 'verify',
    json: true,
    tenantId: undefined,
    publicKeyFile: undefined,
    checkpointsFile: undefined,
  })
  t.match(
    parseAuditCommand(['export', '--from', '2026-03-01', '--to', '2026-03-02T12:00:00-05:00', '--sealed']),
    { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T17:00:00.000Z', sealed: true },
  )
  t.strictSame(parseAuditCommand(['--help']), { action: 'help' })
  const refused: Array<[string[], RegExp]> = [
    [[], /Say what to do: verify, export/],
    [['look'], /Say what to do/],
    [['verify', '--sealed'], /--sealed means nothing for verify/],
    [['verify', 'x'], /no such argument: x/],
    [['export', '--from', '2026-02-30'], /--from 2026-02-30 is neither a day/],
    [['export', '--from', 'yesterday'], /neither a day/],
    [['retire'], /--before 2020-11/],
    [['retire', '--before', '2020-13'], /--before/],
    [['erase'], /--tenant NAME/],
    [['verify', '--unknown'], /--help tells/],
  ]
  for (const [args, message] of refused) t.throws(() => parseAuditCommand(args), message)
  for (const word of ['verify', 'export', 'public-key', 'retire', 'erase', 'Exit codes'])
    t.ok(auditHelp.includes(word), word)
})

const service = await recordedService(content)
const { database, key, seals } = service
t.teardown(async () => {
  await database.close()
})
const written: string[] = []
const parts: AuditParts = {
  database,
  key: async () => key,
  tenants: ['public'],
  onProgress: () => {},
  out: new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString())
      done()
    },
  }),
}
const run = async (...args: string[]) =>
  await audit(parseAuditCommand(args) as Parameters<typeof audit>[0], parts)
const sent = await service.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: claim() })
await service.app.close()
await service.decisions.close()

t.test('verify, with the key and with the public key alone', async (t) => {
  t.match(await run('verify'), {
    good: true,
    fields: { outcome: 'whole', rows: 1, chains: 1, checkpoints: 1 },
    lines: [/The log is whole/],
  })
  const folder = await mkdtemp(join(tmpdir(), 'precert-audit-'))
  const file = join(folder, 'public.pem')
  const {
    lines: [pem = ''],
  } = await run('public-key')
  await writeFile(file, pem)
  t.match(
    await audit(parseAuditCommand(['verify', '--public-key', file]) as Parameters<typeof audit>[0], {
      ...parts,
      key: async () => {
        throw new Error('not asked for')
      },
    }),
    { good: true },
  )
  await writeFile(file, 'no key')
  await t.rejects(run('verify', '--public-key', file), /not a public key in PEM/)
  await t.rejects(run('verify', '--tenant', 'nobody'), /There is no tenant nobody/)
})

t.test('export: request and answer byte for byte, and the export is on record', async (t) => {
  t.match(await run('export'), { fields: { rows: 1 }, lines: [] })
  const line = written.join('')
  t.ok(line.endsWith(`,"answer":${sent.body}}\n`))
  t.match(JSON.parse(line), { action: 'determination', erased: false, request: claim() })
  const file = join(await mkdtemp(join(tmpdir(), 'precert-audit-')), 'out.ndjson')
  t.match(await run('export', '--out', file, '--sealed'), { lines: [`1 determinations in ${file}.`] })
  t.equal((await stat(file)).mode & 0o777, 0o600)
  const sealed = JSON.parse(await readFile(file, 'utf8')) as object
  t.ok('sealed' in sealed && !('request' in sealed))
  await t.rejects(run('export', '--out', file), /EEXIST/, 'a file that is there is not written over')
  t.match(await run('export', '--from', '2100-01-01'), { fields: { rows: 0 } })
  t.match(
    await asOwner(database).query("SELECT caller_id, channel FROM decision_log WHERE action = 'reading'"),
    [{ caller_id: 'operator', channel: 'command' }, {}, {}],
  )
})

t.test('replay: every determination once more', async (t) => {
  t.match(await run('replay'), {
    good: true,
    fields: { outcome: 'identical', replayed: 1, identical: 1, sameBytes: 1, differing: 0 },
    lines: ['1 of 1 determinations are decided alike, 1 of them answered byte for byte.'],
  })
  t.match(await run('replay', '--to', '2020-01-01'), { fields: { replayed: 0 } })
})

t.test('retire: months go at once, chains begin later, and the log is still whole', async (t) => {
  const determined = {
    tenantId: 'public',
    callerId: 'key:old',
    channel: 'rest',
    requestId: 'req_old',
    kind: 'authorization' as const,
    determinationId: sent.json<{ determinationId: string }>().determinationId,
    view: 'summary' as const,
    request: claim(),
    verdict: decide(claim(), compilePolicyView(content, 1)),
    bytes: Buffer.from(sent.body),
  }
  const { current } = await seals.of('public')
  await ensureLogMonths(database, ['2019-11-05', '2019-12-01'])
  let head: ChainHead | undefined
  const old: LogRecord[] = []
  for (const at of [
    '2019-11-05T10:00:00.000Z',
    '2019-11-30T23:59:59.998Z',
    '2019-11-30T23:59:59.999Z',
    '2019-12-01T00:00:00.000Z',
  ]) {
    const record = link(
      { ...entryOfDetermination(determined, current), at },
      'old-writer',
      head ?? { seq: 0, hash: '0'.repeat(64), at: '' },
    )
    old.push(record)
    head = record
  }
  // The last row of November is one that the database refused.
  const refused = createRefusedRows({ database, key, log: { warn: () => {} } })
  await insertLogRows(
    database,
    old.filter(({ seq }) => seq !== 3),
  )
  await refused.setAside(old[2] as LogRecord, '22P05', true)
  const months = async () => (await run('retire', '--before', '2020-01', '--dry-run')).fields
  t.match(await months(), { outcome: 'would-retire', months: ['2019-11', '2019-12'], chains: 1 })
  t.match(await run('retire', '--before', '2019-12'), {
    fields: { outcome: 'retired', months: ['2019-11'], chains: 1 },
  })
  t.match(await months(), { months: ['2019-12'] })
  t.strictSame(await readRefusedRows(database, 'public'), [], 'what was set aside went with its month')
  const verified = await run('verify', '--json')
  t.match(
    verified.fields,
    { faults: [{ writerId: 'old-writer', kind: 'unsigned', seq: 4 }] },
    'row 4 follows on what went; only that nobody has signed it is told',
  )
  await t.rejects(run('retire', '--before', '2999-01'), /a month to come/)
  t.match(await run('retire', '--before', '2001-01'), { fields: { outcome: 'nothing-to-retire' } })
})

t.test('a month is there before its first row', async (t) => {
  t.strictSame(monthsAhead(Date.parse('2026-11-30T23:59:59Z')), ['2026-11-01', '2026-12-01', '2027-01-01'])
  await ensureLogMonths(database, ['2026-02-10', '2026-02-11'])
  await t.rejects(asOwner(database).query('DELETE FROM decision_log'), /immutable/)
  await t.rejects(asOwner(database).query("UPDATE decision_log SET outcome = 'proceed'"), /immutable/)
  await t.rejects(asOwner(database).query('TRUNCATE decision_log'), /immutable/)
  await t.rejects(asOwner(database).query('DELETE FROM log_checkpoint'), /immutable/)
  await t.rejects(asOwner(database).query('DELETE FROM data_key'), /immutable/)
})

t.test('erase: what was sealed is gone, the log stays whole', async (t) => {
  t.match(await run('erase', '--tenant', 'public', '--dry-run'), { fields: { outcome: 'would-erase' } })
  t.match(await run('erase', '--tenant', 'public'), { fields: { outcome: 'erased', keys: 1 } })
  written.length = 0
  t.match(await run('export'), { fields: { rows: 2 } })
  t.match(JSON.parse(written.at(-1) ?? ''), { erased: true })
  t.match(
    (await run('verify')).fields,
    { outcome: 'whole', faults: [] },
    'and by now somebody has signed what the old writer left',
  )
  t.match(await asOwner(database).query("SELECT caller_id FROM decision_log WHERE action = 'erasure'"), [
    { caller_id: 'operator' },
  ])
})
