// The page of a plan and procedure over HTTP: formats, policy of the page, escaping, structure. What stands in it: test/decision/advice.
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import type { Checklist } from '../../src/decision/advice/checklist/answer.js'
import { fitFor, heightOf } from '../../src/protocols/rest/checklists/fit.js'
import { attack, hostile } from '../support/hostile.js'
import { loadingFaults, structureFaults } from '../support/html-structure.js'
import { conformance } from './conformance.js'
import { aCheck } from './requests.js'

const { app, snapshot } = await appOnPacks(() => '1')
t.teardown(() => app.close())
const faults = conformance(app)
const query =
  'planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL&claimType=professional'
const url = `/v1/checklists?${query}`
const everyPlan = (snapshot.current()?.content.plans ?? []).map(({ planId }) => planId)

const byAccept: ReadonlyArray<
  readonly [accept: string | undefined, format: string | undefined, type: string]
> = [
  [undefined, undefined, 'application/json'],
  ['*/*', undefined, 'application/json'],
  ['', undefined, '406'],
  ['application/*', undefined, 'application/json'],
  ['text/*', undefined, 'text/html; charset=utf-8'],
  ['text/html', undefined, 'text/html; charset=utf-8'],
  ['text/markdown', undefined, 'text/markdown; charset=utf-8'],
  ['TEXT/HTML', undefined, 'text/html; charset=utf-8'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', undefined, 'text/html; charset=utf-8'],
  ['application/json;q=0.5, text/markdown', undefined, 'text/markdown; charset=utf-8'],
  ['text/html;q=0, */*', undefined, 'application/json'],
  ['application/pdf', undefined, '406'],
  ['application/json;q=0', undefined, '406'],
  ['application/pdf', 'html', 'text/html; charset=utf-8'],
  ['text/html', 'json', 'application/json'],
  ['text/html', 'markdown', 'text/markdown; charset=utf-8'],
]

t.test('the format is the one that is accepted, or the one that is named', async (t) => {
  for (const [accept, format, type] of byAccept) {
    const headers = accept === undefined ? {} : { accept }
    for (const asked of [
      await app.inject({ url: `${url}${format === undefined ? '' : `&format=${format}`}`, headers }),
      await app.inject({
        method: 'POST',
        url: `/v1/checklists${format === undefined ? '' : `?format=${format}`}`,
        headers,
        payload: aCheck(),
      }),
    ]) {
      const got =
        asked.statusCode === 406
          ? '406'
          : String(asked.headers['content-type']).replace(/^(application\/json);.*/, '$1')
      t.equal(got, type, `${accept ?? 'no Accept'} ${format ?? ''}`)
      if (asked.statusCode === 406) t.match(asked.json(), { code: 'not-acceptable', retryable: false })
      else t.match(asked.headers.vary, /accept/)
    }
  }
  t.equal((await app.inject({ url: `${url}&format=pdf` })).statusCode, 400)
})

t.test('JSON has the documented shape, for every plan, with and without facts', async (t) => {
  for (const planId of everyPlan) {
    const read = await app.inject({
      url: `/v1/checklists?planId=${planId}&procedureCode=j3420&dateOfService=2026-11-03`,
    })
    t.same(faults('GET', '/v1/checklists', read), [], planId)
    const made = await app.inject({
      method: 'POST',
      url: '/v1/checklists',
      payload: aCheck({ coverage: { planId } }),
    })
    t.same(faults('POST', '/v1/checklists', made), [], planId)
    t.equal(read.json<Checklist>().justification, undefined, 'without facts there is nothing to outline')
    t.equal(made.json<Checklist>().justification?.length, 3)
    t.notOk('determinationId' in made.json<object>(), 'advice, not a determination')
  }
})

t.test('a plan that is not held, a code that nobody holds, several lines', async (t) => {
  const unknown = await app.inject({ url: '/v1/checklists?planId=no-such-plan&procedureCode=J3420' })
  t.match([unknown.statusCode, unknown.json()], [404, { code: 'not-held' }])
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/checklists',
        payload: aCheck({ coverage: { planId: 'no-such-plan' } }),
      })
    ).statusCode,
    200,
    'like a check',
  )
  const nobody = await app.inject({
    url: '/v1/checklists?planId=aetna-commercial&procedureCode=Q9999&format=html',
  })
  t.match(nobody.body, /No rule of this plan on diagnoses is loaded for Q9999: ask the payer\./)
  const [line] = aCheck().serviceLines
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/checklists',
        payload: { ...aCheck(), serviceLines: [line, { ...line, lineNumber: 2 }] },
      })
    ).statusCode,
    400,
  )
})

t.test('without a date the page is for today, and says so', async (t) => {
  const page = (
    await app.inject({ url: '/v1/checklists?planId=medicare-part-b&procedureCode=J3420' })
  ).json<Checklist>()
  t.ok(
    [0, -1]
      .map((day) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10))
      .includes(page.dateOfService),
  )
})

t.test('each format has its own ETag, which spares sending it again', async (t) => {
  const tags = new Set<string>()
  for (const format of ['html', 'markdown', 'json']) {
    const first = await app.inject({ url: `${url}&format=${format}` })
    const tag = String(first.headers.etag)
    tags.add(tag)
    t.equal(
      (await app.inject({ url: `${url}&format=${format}`, headers: { 'if-none-match': tag } })).statusCode,
      304,
    )
    t.match(first.headers['cache-control'], /private/)
  }
  t.equal(tags.size, 3)
  const made = await app.inject({ method: 'POST', url: '/v1/checklists', payload: aCheck() })
  t.match([made.headers.etag, made.headers['cache-control']], [undefined, 'no-store'])
})

t.test('knownAt is taken', async (t) => {
  t.equal((await app.inject({ url: `${url}&knownAt=1` })).statusCode, 200)
  t.equal((await app.inject({ url: `${url}&knownAt=99` })).statusCode, 404)
})

t.test('the page loads nothing, runs nothing, and its style is allowed by hash', async (t) => {
  const page = await app.inject({ url: `${url}&format=html` })
  t.same(loadingFaults(page), [])
  const json = await app.inject({ url })
  t.equal(
    json.headers['content-security-policy'],
    "default-src 'none'; frame-ancestors 'none'",
    'data has the policy of data',
  )
})

t.test('the page can be read by whoever cannot see it, and without colours', async (t) => {
  for (const planId of everyPlan) {
    const { body } = await app.inject({
      url: `/v1/checklists?planId=${planId}&procedureCode=J3420&dateOfService=2026-11-03&format=html`,
    })
    t.match(body, /<html lang="en">/)
    t.match(body, /<title>Checklist: J3420 under [^<]+<\/title>/)
    t.same(structureFaults(body), [], planId)
  }
  const colours = /#[0-9a-f]{3,6}\b/gi
  t.same(
    [...new Set((await app.inject({ url: `${url}&format=html` })).body.match(colours) ?? [])].filter(
      (one) => !/^#(000|fff)$/.test(one),
    ),
    [],
    'black and white only',
  )
})

t.test('every source, with its dates and grade, stands in every format', async (t) => {
  for (const planId of everyPlan) {
    const asked = `/v1/checklists?planId=${planId}&procedureCode=J3420&dateOfService=2026-11-03&state=FL&claimType=professional`
    const { citations, sections, policyRevision } = (await app.inject({ url: asked })).json<Checklist>()
    const html = (await app.inject({ url: `${asked}&format=html` })).body
    const markdown = (await app.inject({ url: `${asked}&format=markdown` })).body
    for (const { number, citation } of citations) {
      t.ok(
        html.includes(`id="source-${number}"`) && html.includes(`href="#source-${number}"`),
        `${planId} ${number}`,
      )
      t.match(markdown, new RegExp(`^${number}\\. `, 'm'))
      for (const text of [citation.url.replaceAll('&', '&amp;'), citation.grade, citation.retrievedOn])
        t.ok(html.includes(text), text)
      for (const text of [encodeURI(citation.url), citation.grade, citation.retrievedOn])
        t.ok(markdown.includes(text), text)
    }
    for (const { items } of sections)
      for (const { text } of items)
        t.ok(
          html.includes(
            text
              .replaceAll('&', '&amp;')
              .replaceAll('"', '&quot;')
              .replaceAll("'", '&#39;')
              .replaceAll('<', '&lt;')
              .replaceAll('>', '&gt;'),
          ),
          `${planId}: ${text}`,
        )
    t.ok(html.includes(`Policy revision ${policyRevision}`) && html.includes('For services on 2026-11-03'))
    t.equal(
      html.includes('class="mark secondary-source"'),
      citations.some(({ citation }) => citation.grade === 'secondary'),
      `${planId}: secondary is marked`,
    )
    t.equal(
      html.includes('Do not use this page for a patient'),
      citations.some(({ citation }) => citation.grade === 'fictional'),
      `${planId}: fictional is marked`,
    )
    t.ok(Buffer.byteLength(html) < 40_000, `${planId}: ${Buffer.byteLength(html)} bytes`)
  }
})

t.test(
  'the letters are as large as fits one sheet by estimate, and long texts are shortened only below the smallest',
  async (t) => {
    for (const planId of everyPlan) {
      const page = (
        await app.inject({
          url: `/v1/checklists?planId=${planId}&procedureCode=J3420&dateOfService=2026-11-03`,
        })
      ).json<Checklist>()
      const fit = fitFor(page)
      t.equal(fit.mostCharacters, Infinity, planId)
      t.ok(heightOf(page, fit) <= 741)
      if (fit.size > 1)
        t.ok(heightOf(page, { ...fit, size: fit.size - 1 }) > 741, 'larger ones would not fit')
    }
  },
)

t.test('texts of policies are text, whatever they hold', async (t) => {
  const { app: other, snapshot: held } = await appOnPacks(() => '1')
  t.teardown(() => other.close())
  const content = held.current()?.content
  if (content === undefined) throw new Error('no content')
  held.replace({ revision: 2, content: hostile({ ...content, policies: [...content.policies] }, attack) })
  for (const planId of everyPlan) {
    const html = (
      await other.inject({
        url: `/v1/checklists?planId=${planId}&procedureCode=J3420&dateOfService=2026-11-03&state=FL&claimType=professional&format=html`,
      })
    ).body
    t.notMatch(html, /<script|<img|<\/style><\/title>/i, planId)
    const markdown = (
      await other.inject({
        url: `/v1/checklists?planId=${planId}&procedureCode=J3420&dateOfService=2026-11-03&state=FL&claimType=professional&format=markdown`,
      })
    ).body
    t.notMatch(markdown, /(^|[^\\])<(script|img|\/style)|(^|[^\\])\]\(javascript/m, planId)
  }
  t.match(
    (await other.inject({ url: `${url}&format=html` })).body,
    /&lt;script&gt;alert\(1\)&lt;\/script&gt;/,
  )
  const made = await other.inject({
    method: 'POST',
    url: '/v1/checklists?format=html',
    payload: aCheck({
      authorizations: [{ authorizationNumber: '<script>alert(4)</script>', status: 'pended' }],
    }),
  })
  t.match(made.body, /Authorization &lt;script&gt;alert\(4\)&lt;\/script&gt;: pended/)
  t.notMatch(made.body, /<script/)
})

t.test('texts that are far too long are shortened, and the page says so', async (t) => {
  const { app: other, snapshot: held } = await appOnPacks(() => '1')
  t.teardown(() => other.close())
  const content = held.current()?.content
  if (content === undefined) throw new Error('no content')
  held.replace({
    revision: 2,
    content: hostile({ ...content, policies: [...content.policies] }, 'and so on '.repeat(120)),
  })
  const { body } = await other.inject({ url: `${url}&format=html` })
  t.match(body, /\[…\]/)
  t.match(body, /Shortened to fit one page/)
  t.notMatch((await other.inject({ url: `${url}&format=markdown` })).body, /…\\\]/, 'Markdown has the whole')
})
