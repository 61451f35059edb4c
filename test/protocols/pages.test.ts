// Answers to checks as pages: what stands on them, that all text is escaped, and that the page is what is recorded and replayed.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import type { Determination } from '../../src/decision/shapes/determination.js'
import { determinationBytes, determinationText } from '../../src/rendering/determination-bytes.js'
import { mediaTypes } from '../../src/rendering/formats.js'
import { destroyDataKeys } from '../../src/store/keys/data-keys.js'
import { claim, content } from '../oracle/worked-example.js'
import { answerPages } from '../support/answer-pages.js'
import { attack, hostile } from '../support/hostile.js'
import { loadingFaults, structureFaults } from '../support/html-structure.js'
import { recordedService } from '../support/recorded.js'
import { conformance } from './conformance.js'
import { aCheck } from './requests.js'

const { app, snapshot } = await appOnPacks(() => '1')
t.teardown(() => app.close())
const routes = ['authorization', 'medical-necessity', 'frequency'].map((kind) => `/v1/${kind}-checks`)
const ask = async (query: string, payload: object = aCheck(), route = routes[0] ?? '') =>
  await app.inject({ method: 'POST', url: `${route}?${query}`, payload })

t.test('the pages of a denial and of a pass are the ones that are kept', async (t) => {
  for (const [file, page] of await answerPages())
    t.equal(
      page,
      await readFile(`test/protocols/pages/${file}`, 'utf8'),
      `${file}; npm run lock-answers writes it`,
    )
})

t.test('every check is sent as JSON, HTML and Markdown, in both views', async (t) => {
  for (const route of routes)
    for (const view of ['summary', 'full']) {
      const data = await ask(`view=${view}`, aCheck(), route)
      t.equal((await ask(`view=${view}&format=json`, aCheck(), route)).body, data.body, 'JSON is the default')
      for (const format of ['html', 'markdown'] as const) {
        const page = await ask(`view=${view}&format=${format}`, aCheck(), route)
        t.equal(page.statusCode, 200)
        t.equal(page.headers['content-type'], `${mediaTypes[format]}; charset=utf-8`)
        t.equal(page.headers['cache-control'], 'no-store')
        t.equal(page.body, determinationText(data.json<Determination>(), format), 'the page of that answer')
        t.equal(/Outcome|\*\*May go ahead\*\*/.test(page.body), route === routes[0], `${route}: outcome`)
        t.equal(/Why/.test(page.body), view === 'full', 'reasons stand in full only')
        t.match(page.body, /det(\\)?_1 \(not on record\)/)
        if (format === 'html') t.same(structureFaults(page.body), [], `${route} ${view}`)
      }
    }
})

t.test('an unknown format, and a format where there are no pages, are refused', async (t) => {
  for (const route of routes) t.equal((await ask('format=pdf', aCheck(), route)).statusCode, 400, route)
  t.equal((await ask('format=html', [aCheck()], '/v1/authorization-checks/batch')).statusCode, 400)
  t.equal(
    (
      await app.inject({
        url: '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&format=html',
      })
    ).statusCode,
    400,
  )
})

t.test('the page loads nothing, runs nothing, and its style is allowed by hash', async (t) => {
  const page = await ask('view=full&format=html')
  t.same(loadingFaults(page), [])
  t.equal(
    (await ask('format=markdown')).headers['content-security-policy'],
    "default-src 'none'; frame-ancestors 'none'",
  )
})

t.test('of several lines each has its part, and what was checked of none stands once', async (t) => {
  const [line] = aCheck().serviceLines
  const several = aCheck({
    coverage: { planId: 'western-health-advantage' },
    serviceLines: [line, { ...line, lineNumber: 2, procedureCode: 'Q9999' }] as Array<
      NonNullable<typeof line>
    >,
  })
  const answer = (await ask('view=full', several)).json<Determination>()
  const { body } = await ask('view=full&format=markdown', several)
  t.match(body, /^## Line 1: J3420 on 2026-11-03 · /m)
  t.match(body, /^## Line 2: Q9999 on 2026-11-03 · /m)
  t.match(body, /^## Not checked on any line$/m)
  t.equal((body.match(/Check eligibility with the payer/g) ?? []).length, 1)
  const calls = answer.nextSteps.flatMap(({ questions = [] }) => questions)
  t.ok(calls.length > 0, 'the payer is asked')
  t.equal(
    (body.match(/^ {3}- .* \(lines? [\d, ]+\)$/gm) ?? []).length,
    calls.length,
    'each question for the payer',
  )
  t.same(structureFaults((await ask('view=full&format=html', several)).body), [])
})

t.test('what a page can tell beside the answer of a starter pack', async (t) => {
  const told = (await ask('view=full', aCheck({ diagnosisCodes: ['E44.0'] }))).json<Determination>()
  const [line] = told.lines
  if (line === undefined) throw new Error('no line')
  const page = determinationText(
    {
      ...told,
      recorded: true,
      details: '/v1/determinations/det_1',
      reference: 'visit 7',
      moreSteps: 2,
      lines: [
        {
          ...line,
          headline: 'Another one.',
          gaps: [
            { question: 'frequency', ground: 'no-limit-in-document' },
            { question: 'units', ground: 'edition-behind' },
          ],
          priorAuthorization: {
            ...line.priorAuthorization,
            requirement: 'required',
            consequence: 'denial',
            contact: { name: 'The plan', phone: '555-0100' },
            decisionTime: { days: 7, dayType: 'calendar' },
            retroactiveDays: 1,
            urgentException: 'None.',
          },
          frequency: {
            ...line.frequency,
            status: 'too-soon',
            nextEligibleDate: '2026-12-03',
            used: 2,
            remaining: 0,
            period: { type: 'interval', from: '2026-11-01', to: '2026-12-01' },
            calculation: 'By months.',
            onExceed: 'deny',
            curableBy: ['authorization'],
          },
          codeValidity: {
            ...line.codeValidity,
            status: 'invalid',
            codes: [
              {
                code: 'E44',
                system: 'icd-10-cm',
                status: 'invalid',
                reasonCode: 'header-code',
                reason: 'It is a header.',
                billableDescendants: ['E44.0', 'E44.1'],
              },
            ],
          },
          notEvaluated: [
            { code: 'possible-duplicate', text: 'Twice.' },
            { code: 'of-later', text: 'Later.' },
          ],
        },
      ],
      sources: (told.sources ?? []).map((source) => ({ ...source, grade: 'fictional' as const })),
    },
    'markdown',
  )
  for (const words of [
    'Reference: **visit 7**',
    'Determination: **det\\_1** · On record at: **/v1/determinations/det\\_1**',
    '2 more steps: see the full answer.',
    'Another one.',
    '- Frequency: The document was read whole and sets no limit.',
    '- Units: A source is known to be right only until before the date of service',
    'Without it the claim is denied. Ask The plan, 555-0100. Decided within 7 calendar days of the complete request. It may still be asked for within 1 day after the service. Urgent services: None.',
    'First date within every limit: 2026-12-03. By months. Used before this line: 2; left: 0, from 2026-11-01, until before 2026-12-01. What is over the limit is not covered. An authorization would allow more.',
    'E44: not valid. It is a header. Billable codes under it: E44.0, E44.1.',
    'Twice. Check that the service is not billed twice.',
    '- Later.',
    '> **Fictional: a document cited here is that of a sandbox payer. Do not use this page for a patient.**',
  ])
    t.ok(page.includes(words), words)
})

t.test('texts of policies and requests are text, whatever they hold', async (t) => {
  const { app: other, snapshot: held } = await appOnPacks(() => '1')
  t.teardown(() => other.close())
  const held1 = snapshot.current()?.content
  if (held1 === undefined) throw new Error('no content')
  held.replace({ revision: 2, content: hostile({ ...held1, policies: [...held1.policies] }, attack) })
  for (const diagnosis of ['E44.0', 'D51.0'])
    for (const route of routes) {
      const send = async (format: string) =>
        (
          await other.inject({
            method: 'POST',
            url: `${route}?view=full&format=${format}`,
            payload: aCheck({
              diagnosisCodes: [diagnosis],
              authorizations: [{ authorizationNumber: '<script>alert(4)</script>', status: 'approved' }],
            }),
          })
        ).body
      const html = await send('html')
      t.notMatch(html, /<script|<img|<\/style><\/title>/i)
      t.match(html, /&lt;script&gt;alert\(1\)/)
      t.same(structureFaults(html), [])
      t.notMatch(await send('markdown'), /(^|[^\\])<(script|img|\/style)|(^|[^\\])\]\(javascript/m)
    }
})

t.test('only web addresses are links; lists are not begun by a text; half a pair is replaced', async (t) => {
  const told = (await ask('view=full')).json<Determination>()
  const addressed = (url: string, format: 'html' | 'markdown', headline = told.headline) =>
    determinationText(
      { ...told, headline, sources: (told.sources ?? []).map((source) => ({ ...source, url })) },
      format,
    )
  for (const url of ['javascript:alert(1)', 'data:text/html,x', ' https://x.example', '//x.example']) {
    t.notMatch(addressed(url, 'html'), /href="[^#]/, url)
    t.notMatch(addressed(url, 'markdown'), /<[^>]*(javascript|data|x\.example)/, url)
  }
  t.match(
    addressed('https://x.example/?a="><b>', 'html'),
    /href="https:\/\/x\.example\/\?a=&quot;&gt;&lt;b&gt;"/,
  )
  t.match(addressed('https://x.example/a b>', 'markdown'), /<https:\/\/x\.example\/a%20b%3E>/)
  for (const [text, shown] of [
    ['- a', '\\- a'],
    ['12. a', '12\\. a'],
    ['# a', '\\# a'],
  ] as const)
    t.ok(addressed('x', 'markdown', text).startsWith(`# ${shown}\n`), text)
  for (const format of ['html', 'markdown'] as const) {
    const half = { ...told, headline: 'half \ud83d of a 😀' }
    t.equal(determinationBytes(half, format).toString(), determinationText(half, format))
  }
})

t.test('the page is what is recorded, read again and replayed', async (t) => {
  const service = await recordedService(content)
  t.teardown(async () => {
    await service.close()
  })
  const faults = conformance(service.app)
  const send = async (query: string, headers: Record<string, string> = {}, route = routes[0]) =>
    await service.app.inject({ method: 'POST', url: `${route}?${query}`, payload: claim(), headers })
  const read = async (id: string, query = '') =>
    await service.app.inject({ url: `/v1/determinations/${id}${query}` })
  const idIn = (body: string): string => /det\\?_([0-9a-f]{32})/.exec(body)?.[1] ?? ''
  for (const route of routes)
    for (const query of ['format=html', 'format=markdown&view=full', 'view=full']) {
      const format = /format=(\w+)/.exec(query)?.[1] ?? 'json'
      const sent = await send(query, {}, route)
      const id = `det_${idIn(sent.body)}`
      const record = await read(id)
      const { answer, ...head } = record.json<{ answer: unknown }>()
      t.equal(typeof answer === 'string' ? answer : JSON.stringify(answer), sent.body, `${query}: as sent`)
      t.match(head, { format, view: query.includes('full') ? 'full' : 'summary' })
      if (route === routes[0]) t.same(faults('GET', '/v1/determinations/{determinationId}', record), [])
      const replay = await service.app.inject({ method: 'POST', url: `/v1/determinations/${id}/replay` })
      t.match(replay.json(), { identical: true, sameBytes: true, differences: [] }, `${route} ${query}`)
      const page = await read(id, '?format=html&view=full')
      t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
      t.match(page.headers['content-security-policy'], /style-src 'sha256-/)
      const data = (await read(id, '?format=json&view=full')).json<{
        answer: Determination
        wordedBy?: string
      }>()
      t.equal(page.body, determinationText(data.answer, 'html'), 'the page of the same answer')
      t.equal(data.wordedBy === undefined, query === 'view=full')
    }
  const first = await send('format=html', { 'idempotency-key': 'a' })
  const again = await send('format=html', { 'idempotency-key': 'a' })
  t.equal(again.body, first.body)
  t.match(again.headers, { 'idempotency-replayed': 'true', 'content-type': 'text/html; charset=utf-8' })
  t.equal((await send('format=markdown', { 'idempotency-key': 'a' })).statusCode, 422, 'another request')
  await destroyDataKeys(service.database, 'public')
  const later = await recordedService(content, { database: service.database })
  const erased = await later.app.inject({
    url: `/v1/determinations/det_${idIn(first.body)}?format=html`,
  })
  t.match([erased.statusCode, erased.json()], [410, { code: 'determination-erased' }])
  await later.close()
})
