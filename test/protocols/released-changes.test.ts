// The comparison of released documents itself: each way to break a promise, planted, is found at its place, and nothing else is said.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { placesToldAfter, versionsOf } from './released/breaking-lines.js'
import { brokenPromises } from './released/document-changes.js'
import type { Schema } from './released/schema-changes.js'

/** A part to be replaced, by the steps to it; without a value it is taken away. */
type Change = readonly [steps: string, value?: unknown]

interface Planted {
  readonly document: Schema
  readonly narrowings: readonly { what: string; changes: readonly Change[]; places: readonly string[] }[]
  readonly widenings: readonly { what: string; changes: readonly Change[] }[]
}

const planted = JSON.parse(
  await readFile(new URL('released/planted-changes.json', import.meta.url), 'utf8'),
) as Planted

function changed(changes: readonly Change[]): Schema {
  const copy = structuredClone(planted.document) as Record<string, unknown>
  for (const [path, value] of changes) {
    const steps = path.split(' ')
    const last = steps.pop() ?? ''
    let target = copy
    for (const step of steps) {
      if (typeof target[step] !== 'object' || target[step] === null) throw new Error(`${path} is not there`)
      target = target[step] as Record<string, unknown>
    }
    if (value !== undefined) target[last] = value
    else if (!(last in target)) throw new Error(`${path} is not there`)
    else if (Array.isArray(target)) target.splice(Number(last), 1)
    else delete target[last]
  }
  return copy
}

t.test('each narrowing is found, at its place and nowhere else', async (t) => {
  for (const { what, changes, places } of planted.narrowings)
    t.strictSame(
      brokenPromises(planted.document, changed(changes)).map(({ place }) => place),
      places,
      what,
    )
})

t.test('each widening passes', async (t) => {
  for (const { what, changes } of planted.widenings)
    t.strictSame(brokenPromises(planted.document, changed(changes)), [], what)
})

t.test('what CHANGELOG.md tells as breaking is read from the versions after the release alone', async (t) => {
  const changelog = [
    '# Changelog',
    '## [Unreleased]',
    '### Breaking',
    '- `Thing: /amount gone`: see `Thing: /sum`.',
    '### Changed',
    '- `Thing: /sort required`',
    '## [0.3.0] - 2027-01-01',
    '### Breaking',
    '- `GET /health gone`',
    '## [0.2.1] - 2026-12-20',
    '## [0.2.0] - 2026-12-01',
    '### Breaking',
    '- `Thing: /old gone`',
  ].join('\n')
  t.strictSame(
    versionsOf(changelog).map(({ name, day }) => [name, day]),
    [
      ['Unreleased', undefined],
      ['0.3.0', '2027-01-01'],
      ['0.2.1', '2026-12-20'],
      ['0.2.0', '2026-12-01'],
    ],
  )
  t.strictSame(
    [...placesToldAfter(changelog, '0.2')],
    ['Thing: /amount gone', 'Thing: /sum', 'GET /health gone'],
  )
  t.strictSame([...placesToldAfter(changelog, '0.3')], ['Thing: /amount gone', 'Thing: /sum'])
})
