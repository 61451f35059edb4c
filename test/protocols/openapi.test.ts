import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { exampleRequests, outcomesGiven } from '../../scripts/example-requests.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createLog } from '../../src/process/log.js'
import { pairs } from '../oracle/generate.js'
import { conformance, type Document } from './conformance.js'
import { aCheck, withoutBatch } from './requests.js'
import { scriptArguments } from '../support/program.js'

const { app } = await appOnPacks(() => '1')
t.teardown(() => app.close())
const document = app.swagger() as unknown as Document
const faults = conformance(app)

t.test('every route is documented, and every documented route is there', async (t) => {
  const documented = Object.keys(document.paths)
  for (const path of documented) {
    const url = path.replace(/\{\w+\}/g, 'D510')
    const found = await app.inject({ method: 'OPTIONS', url })
    t.equal(found.statusCode, 405, path)
  }
  const pattern = /^\/(v1|health)\//
  const printed = new Set<string>()
  // A second application only to listen to what it registers.
  const listening = await buildApp({
    snapshot: { current: () => undefined },
    check: withoutBatch(() => {
      throw new Error('not asked')
    }),
    log: createLog('silent'),
    access: openAccess,
  })
  t.teardown(() => listening.close())
  for (const line of listening.printRoutes({ commonPrefix: false }).split('\n'))
    printed.add(line.replace(/ \(.*/, '').replace(/^[^/]*/, ''))
  for (const route of printed)
    if (pattern.test(route)) t.ok(documented.includes(route.replace(/:(\w+)/g, '{$1}')), route)
})

t.test('every operation has an id, a tag, a description and problems', async (t) => {
  const ids = new Set<string>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      t.match(
        operation,
        { operationId: /^[a-z][A-Za-z]+$/, summary: String, description: String, tags: [String] },
        path,
      )
      t.ok(operation.responses['500'] !== undefined && operation.responses['400'] !== undefined)
      ids.add(operation.operationId)
    }
  }
  t.equal(ids.size, Object.values(document.paths).flatMap(Object.values).length, 'ids are unique')
})

t.test('every field of every component is described', async (t) => {
  const undescribed: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) return node.forEach((child, at) => walk(child, `${path}/${at}`))
    const { properties } = node as {
      properties?: Record<
        string,
        { description?: string; $ref?: string; const?: unknown; items?: { $ref?: string } }
      >
    }
    if (properties !== undefined && !path.includes('/properties/properties')) {
      for (const [name, field] of Object.entries(properties)) {
        if (
          field.description === undefined &&
          (field.items ?? field).$ref === undefined &&
          field.const === undefined
        )
          undescribed.push(`${path}/${name}`)
      }
    }
    for (const [name, child] of Object.entries(node)) walk(child, `${path}/${name}`)
  }
  // The rules of policies are documented with the pack format; what a caller sends and gets back is documented here.
  for (const [name, schema] of Object.entries(document.components.schemas))
    if (!/Rule$|^Frequency|^Expression$|^Jurisdiction$|^CodeTableRow$|^CodeSet$|^CodeLookup$/.test(name))
      walk(schema, name)
  t.same(undescribed, [])
})

t.test('every stored example is what the application answers, and each outcome has one', async (t) => {
  for (const outcome of outcomesGiven)
    t.ok(
      exampleRequests.some((example) => example.outcome === outcome),
      outcome,
    )
  for (const example of exampleRequests) {
    const method = 'body' in example ? 'POST' : 'GET'
    const answer = await app.inject({
      method,
      url: example.url,
      ...('body' in example ? { payload: example.body } : {}),
    })
    const path =
      Object.keys(document.paths).find((one) =>
        Object.values(document.paths[one] ?? {}).some(
          (operation) => operation.operationId === example.operationId,
        ),
      ) ?? ''
    t.same(faults(method, path, answer), [], example.name)
  }
})

t.test('what the pages fill in is what a request needs, or what a real one had', (t) => {
  const optional: string[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      const { parameters = [], operationId } = operation as unknown as {
        operationId: string
        parameters?: { name: string; in: string; required?: boolean; example?: unknown }[]
      }
      const shown = exampleRequests.filter((example) => example.operationId === operationId)
      for (const { name, in: place, required, example } of parameters)
        if (example !== undefined && required !== true) {
          optional.push(`${operationId} ${name}`)
          t.not(place, 'header', `${path} ${name}`)
          t.ok(
            shown.some(({ url }) => new URL(url, 'http://localhost').searchParams.get(name) === example),
            `${path} ${name}`,
          )
        }
    }
  }
  t.ok(optional.includes('getPriorAuthorizationRequirement planId'), optional.join(', '))
  const check = document.paths['/v1/authorization-checks']?.['post'] as unknown as
    { requestBody: { content: Record<string, { examples: Record<string, unknown> }> } } | undefined
  const examples = check?.requestBody.content['application/json']?.examples ?? {}
  t.equal(Object.keys(examples)[0], 'proceed')
  t.end()
})

t.test('answers to generated requests have the documented shape', async (t) => {
  for (const { seed, request } of pairs(5000, 150)) {
    for (const path of ['/v1/authorization-checks', '/v1/medical-necessity-checks', '/v1/frequency-checks']) {
      const found = faults(
        'POST',
        path,
        await app.inject({
          method: 'POST',
          url: path,
          payload: { ...request, coverage: seed % 2 === 0 ? aCheck().coverage : request.coverage },
        }),
      )
      if (found.length > 0) return t.same(found, [], `seed ${seed} ${path}`)
    }
  }
})

t.test(
  'the stored document is current',
  { skip: process.env.SKIP_GENERATED_FILES !== undefined && 'asked to' },
  async (t) => {
    await promisify(execFile)(process.execPath, [
      ...scriptArguments('scripts/write-openapi.ts'),
      '--check',
    ]).then(
      () => t.pass(),
      (error: { stderr: string }) => t.fail(error.stderr),
    )
  },
)
