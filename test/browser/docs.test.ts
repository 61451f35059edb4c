// The pages at /docs in a real browser: "Try it out" and "Execute" of every operation, as somebody does who has never seen the service.
import type { AddressInfo } from 'node:net'
import type { Browser, Locator, Page } from 'playwright-core'
import t from 'tap'
import { starterContent } from '../../scripts/app-on-packs.js'
import { findChromium, launchChromium, noChromium } from '../support/browser.js'
import { recordedService } from '../support/recorded.js'

const chromium = findChromium()
const skip = chromium === undefined ? noChromium : false

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, unknown>>
  readonly tags: readonly string[]
}

let browser: Browser
let page: Page
let url = ''
let operations: readonly (Operation & { readonly title: string })[] = []
const said: string[] = []
const elsewhere: string[] = []

t.before(async () => {
  if (chromium === undefined) return
  const service = await recordedService(await starterContent())
  await service.app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`
  browser = await launchChromium(chromium)
  t.teardown(async () => {
    await browser.close()
    await service.close()
  })
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      title: `${method.toUpperCase()} ${path}`,
    })),
  )
  page = await browser.newPage()
  page.setDefaultTimeout(120_000) // other tests share the machine
  page.on('console', (message) => {
    // A refused request is logged by the browser itself; its status is looked at below.
    if (!/Failed to load resource/.test(message.text())) said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
      elsewhere.push(request.url())
  })
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', (event) => {
      console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI)
    })`,
  })
  await page.goto(`${url}/docs`)
  await page.locator('.opblock').first().waitFor()
})

t.test('the page says whose it is and has no place for another document', { skip }, async (t) => {
  t.equal(await page.title(), 'Precert API')
  t.match(await page.locator('header').innerText(), 'Precert')
  t.match(await page.locator('link[rel=icon]').getAttribute('href'), '/docs/static/precert.svg')
  t.ok(await page.evaluate("document.querySelector('header img').naturalWidth > 0"), 'its icon is shown')
  t.equal(await page.locator('.topbar, .download-url-wrapper, .download-url-input').count(), 0)
  t.notMatch(await page.locator('body').innerText(), /swagger|fastify/i)
  t.equal(await page.locator('.opblock').count(), operations.length)
})

t.test('Execute gets what the document promises, of every operation', { skip }, async (t) => {
  for (const { operationId, responses, tags, title } of operations) {
    const { status, body } = await execute(page.locator(`[id="operations-${tags[0]}-${operationId}"]`))
    t.ok(String(status) in responses, `${title}: ${status} is documented`)
    // The example of a determination is one that this service never made.
    t.equal(status, title.includes('{determinationId}') ? 404 : 200, title)
    if (operationId === 'checkAuthorization')
      t.match(body, /"outcome": "proceed"/, 'the first example is the one without an obstacle')
  }
})

t.test('nothing was refused by the content policy, logged, or asked of anybody else', { skip }, async (t) => {
  t.strictSame(said, [])
  t.strictSame(elsewhere, [])
})

/** Opens an operation, presses "Try it out" and "Execute", and answers what the page shows of the response. */
async function execute(block: Locator): Promise<{ readonly status: number; readonly body: string }> {
  const summary = block.locator('.opblock-summary-control')
  await summary.click()
  await block.locator('button.try-out__btn').click()
  await block.locator('button.execute').click()
  const shown = block.locator('.live-responses-table')
  const status = shown.locator('.response-col_status').last()
  await status.waitFor()
  const found = { status: Number.parseInt(await status.innerText(), 10), body: await shown.innerText() }
  await summary.click()
  return found
}
