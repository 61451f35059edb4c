import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { openAccess } from '../src/access/access.js'
import { buildApp, type AppOptions } from '../src/process/app.js'
import { createCheck } from '../src/check.js'
import type { DecisionLog } from '../src/decision-log/decision-log.js'
import type { PolicyContent } from '../src/decision/shapes/policy.js'
import { createLog } from '../src/process/log.js'
import { mergeContent, validatePacks } from '../src/policies/packs/pack.js'
import { readPacks } from '../src/policies/packs/read-packs.js'
import type { PressureLimits } from '../src/protocols/http/back-pressure.js'
import { createSnapshot, type Snapshot } from '../src/policies/loaded/snapshot.js'

/** Where whoever asks, and often the database, share the event loop of who answers, its being late says nothing of the requests; what is too much is tried in tests of its own. */
export const sharedLoop: PressureLimits = { loopDelayMs: Number.POSITIVE_INFINITY }

const policiesFolder = fileURLToPath(new URL('../policies', import.meta.url))

/** What the starter packs say, as one content. */
export async function starterContent(): Promise<PolicyContent> {
  const { packs, problems } = await readPacks(policiesFolder)
  const validated = validatePacks(packs)
  const [first] = [...problems, ...validated.problems]
  if (first !== undefined) throw new Error(`${first.file}${first.path}: ${first.reason}`)
  return mergeContent(validated.packs.map((pack) => pack.content))
}

/** The whole application on the starter packs, without a database and open unless `options` say otherwise: for generated documents, tests and trials. */
export async function appOnPacks(
  newId: () => string,
  options: Partial<AppOptions> & { readonly decisionLog?: DecisionLog } = {},
): Promise<{ app: FastifyInstance; snapshot: Snapshot }> {
  const snapshot = createSnapshot()
  snapshot.replace({ revision: 1, content: await starterContent() })
  const app = await buildApp({
    snapshot,
    check: createCheck({
      snapshot,
      newId: () => `det_${newId()}`,
      ...(options.decisionLog === undefined ? {} : { log: options.decisionLog }),
    }),
    log: createLog('silent'),
    access: openAccess,
    pressure: sharedLoop,
    ...options,
  })
  await app.ready()
  return { app, snapshot }
}
