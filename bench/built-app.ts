import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { AppOptions } from '../src/process/app.js'
import { buildIfStale } from '../scripts/build-if-stale.mjs'

buildIfStale()

/** A module of the built program. What is measured is what runs: the loader of TypeScript wraps every function that is made, and a check then takes half as long again. */
export async function built(path: string): Promise<unknown> {
  return await import(new URL(`../dist/${path}`, import.meta.url).href)
}

/** The whole built application on the starter packs, open and without a decision log unless `options` say otherwise. Does not listen. */
export async function builtApp(options: Partial<AppOptions> = {}): Promise<FastifyInstance> {
  const { buildApp } = (await built('process/app.js')) as typeof import('../src/process/app.js')
  const { openAccess } = (await built('access/access.js')) as typeof import('../src/access/access.js')
  const { createCheck } = (await built('check.js')) as typeof import('../src/check.js')
  const { createLog } = (await built('process/log.js')) as typeof import('../src/process/log.js')
  const { mergeContent, validatePacks } = (await built(
    'policies/packs/pack.js',
  )) as typeof import('../src/policies/packs/pack.js')
  const { readPacks } = (await built(
    'policies/packs/read-packs.js',
  )) as typeof import('../src/policies/packs/read-packs.js')
  const { createSnapshot } = (await built(
    'policies/loaded/snapshot.js',
  )) as typeof import('../src/policies/loaded/snapshot.js')
  const snapshot = createSnapshot()
  const { packs } = await readPacks(fileURLToPath(new URL('../policies', import.meta.url)))
  snapshot.replace({
    revision: 1,
    content: mergeContent(validatePacks(packs).packs.map(({ content }) => content)),
  })
  return await buildApp({
    snapshot,
    check: createCheck({ snapshot }),
    log: createLog('silent'),
    access: openAccess,
    ...options,
  })
}
