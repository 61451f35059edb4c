import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { examplesFolder, readExamples } from '../src/protocols/openapi/examples.js'
import { noDecisionLog } from '../src/decision-log/decision-log.js'
import { appOnPacks } from './app-on-packs.js'
import { exampleRequests, outcomesGiven, type ExampleRequest } from './example-requests.js'
import { generate } from './generated-file.js'
import { keepRelease, numberRelease, refusal } from './keep-release.js'

const usage = `Writes openapi/openapi.json and openapi/examples/*.json from the application on the starter packs.

  tsx scripts/write-openapi.ts                 write them
  tsx scripts/write-openapi.ts --check         write nothing; exit code 1 if something is stale
  tsx scripts/write-openapi.ts --release 0.2   release version 0.2.0: give package, manifests and CHANGELOG.md the number
                                               and the day, write the documents, and keep the document and the checksums
                                               of the migrations for good. Refuses a version that was released.
                                               See docs/contribute/release.md
  tsx scripts/write-openapi.ts --help          this text`

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    release: { type: 'string' },
  },
})
if (values.help) process.stdout.write(`${usage}\n`)
else if (values.release !== undefined) await release(values.release)
else if (!(await writeAll(values.check))) process.exitCode = 1

async function release(minor: string): Promise<void> {
  const refused = await refusal(minor)
  if (refused !== undefined) {
    process.stderr.write(`${refused}\n`)
    process.exitCode = 1
    return
  }
  await numberRelease(minor, new Date().toISOString().slice(0, 10))
  await writeAll(false)
  for (const file of await keepRelease(minor)) process.stdout.write(`wrote ${file}\n`)
}

async function writeAll(check: boolean): Promise<boolean> {
  const examplesCurrent = await writeExamples(check)
  const { app } = await appOnPacks(() => 'unused')
  const documentCurrent = await generate(
    'openapi/openapi.json',
    `${JSON.stringify(app.swagger(), null, 2)}\n`,
    check,
  )
  return examplesCurrent && documentCurrent
}

async function writeExamples(check: boolean): Promise<boolean> {
  await mkdir(examplesFolder, { recursive: true })
  let asked = ''
  // An id that depends on the example alone: the same packs give the same bytes.
  // As a process answers that keeps a decision log, which it does unless told otherwise.
  const decisionLog = { ...noDecisionLog, records: true }
  const { app } = await appOnPacks(() => createHash('sha256').update(asked).digest('hex').slice(0, 32), {
    decisionLog,
  })
  let current = true
  for (const example of exampleRequests) {
    asked = example.name
    const { name, summary, operationId, url } = example
    const body = 'body' in example ? example.body : undefined
    const answer = await app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url,
      headers: { 'x-request-id': `example-${name}` },
      ...(body === undefined ? {} : { payload: body }),
    })
    mustShow(example, answer.statusCode, answer.json())
    const stored = {
      summary,
      operationId,
      ...(body === undefined || url.includes('?') ? { url } : {}),
      ...(body === undefined ? {} : { request: body }),
      status: answer.statusCode,
      answer: answer.json() as object,
    }
    current =
      (await generate(`${examplesFolder}${name}.json`, `${JSON.stringify(stored, null, 2)}\n`, check)) &&
      current
  }
  return (await removeOthers(check)) && current
}

/** Every outcome that is given has its example, and an example that shows something else than it says is a fault. */
function mustShow(example: ExampleRequest, status: number, answer: { outcome?: string }): void {
  if (status >= 500) throw new Error(`${example.name}: status ${status}`)
  if (example.outcome !== undefined && answer.outcome !== example.outcome)
    throw new Error(`${example.name}: the outcome is ${answer.outcome}, not ${example.outcome}`)
  const missing = outcomesGiven.filter((outcome) => !exampleRequests.some((one) => one.outcome === outcome))
  if (missing.length > 0) throw new Error(`no example shows ${missing.join(', ')}`)
}

async function removeOthers(check: boolean): Promise<boolean> {
  const others = readExamples().filter(
    (stored) => !exampleRequests.some((example) => example.name === stored.name),
  )
  if (!check) for (const { name } of others) await rm(`${examplesFolder}${name}.json`)
  else
    for (const { name } of others)
      process.stderr.write(`${examplesFolder}${name}.json is not written by the script any more\n`)
  return !check || others.length === 0
}
