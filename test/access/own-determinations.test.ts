// A caller reads its own answers of the last 24 hours with the scope that it checks with, and nobody else's; in the mode `spool` from the
// moment of the answer on.
import t from 'tap'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'
import { accessWith, aKey } from './credentials.js'

const mine = aKey({ name: 'practice', scopes: ['checks:write'] })
const others = aKey({ name: 'another practice', scopes: ['checks:write'] })
const auditor = aKey({ name: 'auditor', scopes: ['audit:read'] })
const reader = aKey({ name: 'reader', scopes: ['policies:read'] })
const { access } = accessWith(
  [mine, others, auditor, reader].map(({ stored }) => stored),
  [],
)
const as = ({ key }: { readonly key: string }) => ({ authorization: `Bearer ${key}` })

for (const mode of ['db', 'spool'] as const)
  t.test(`a caller reads its own answers (${mode})`, async (t) => {
    const service = await recordedService(content, { mode, access })
    t.teardown(async () => {
      await service.close()
    })
    const answered = await service.app.inject({
      method: 'POST',
      url: '/v1/authorization-checks',
      headers: as(mine),
      payload: claim(),
    })
    const { details } = answered.json<{ details: string }>()
    const read = async (who: { readonly key: string }) =>
      await service.app.inject({ url: details, headers: as(who) })

    const own = await read(mine)
    t.equal(own.statusCode, 200, 'its own, at once')
    t.ok(own.body.endsWith(`"answer":${answered.body}}`), 'byte for byte')
    t.equal((await read(others)).statusCode, 404, 'not that of another caller, of which it learns nothing')
    t.equal((await read(auditor)).statusCode, 200, 'an auditor reads all')
    t.equal((await read(reader)).statusCode, 403, 'a scope that neither checks nor audits reads none')

    const full = await service.app.inject({ url: `${details}?view=full`, headers: as(mine) })
    t.match(full.json(), { view: 'full', answer: { sources: [{}] } }, 'in the other view too')
    const search = await service.app.inject({ url: '/v1/determinations', headers: as(mine) })
    t.equal(search.statusCode, 403, 'it cannot search the log')
    const replay = await service.app.inject({ method: 'POST', url: `${details}/replay`, headers: as(mine) })
    t.equal(replay.statusCode, 403, 'nor replay')
  })

t.test('an answer of more than 24 hours ago is read by an auditor alone', async (t) => {
  const service = await recordedService(content, { access })
  t.teardown(async () => {
    await service.close()
  })
  const { body } = await service.app.inject({
    method: 'POST',
    url: '/v1/authorization-checks',
    headers: as(mine),
    payload: claim(),
  })
  const { details } = JSON.parse(body) as { details: string }
  const { now } = Date
  t.teardown(() => {
    Date.now = now
  })
  const read = async (who: { readonly key: string }): Promise<number> =>
    (await service.app.inject({ url: details, headers: as(who) })).statusCode
  Date.now = () => now() + 23.9 * 3_600_000
  t.equal(await read(mine), 200)
  Date.now = () => now() + 24.1 * 3_600_000
  t.equal(await read(mine), 404)
  t.equal(await read(auditor), 200)
})
