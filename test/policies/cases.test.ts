import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import type { Decision } from '../../src/decision/shapes/determination.js'
import {
  claimLineStatuses,
  frequencyStatuses,
  necessityStatuses,
  outcomes,
  requirements,
  unitsStatuses,
  validityStatuses,
} from '../../src/decision/shapes/statuses.js'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf } from '../../src/policies/packs/cases.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import { differencesFromCase } from '../support/case-differences.js'
import { isShort } from '../support/short.js'

const folder = new URL('../../policies/', import.meta.url)
const read = await readPacks(folder.pathname)
const { packs, problems } = validatePacks(read.packs)

t.strictSame([...read.problems, ...problems], [], 'all packs are valid together')
const view = compilePolicyView(mergeContent(packs.map(({ content }) => content)), 1)
const { app } = await appOnPacks(() => 'case')
t.teardown(() => app.close())
const answers = new Map<string, Decision[]>()

const casesOf = await Promise.all(
  packs.map(async ({ pack: { packId } }) => ({
    packId,
    ...parseCases(
      JSON.parse(await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')),
      `${packId}/cases.json`,
    ),
  })),
)

// All subtests are made in one go: between two turns of the event loop the file would count as done.
for (const { packId, base, cases } of casesOf) {
  t.test(packId, async (t) => {
    for (const one of cases) {
      const answer = determine(requestOf(base, one), view)
      answers.set(packId, [...(answers.get(packId) ?? []), answer])
      t.strictSame(differencesFromCase(one, answer), [], one.title)
      if (isShort) continue
      const response = await app.inject({
        method: 'POST',
        url: '/v1/authorization-checks?view=full',
        payload: requestOf(base, one),
      })
      t.equal(
        response.body,
        JSON.stringify({ determinationId: 'det_case', recorded: false, ...answer }),
        `over HTTP: ${one.title}`,
      )
    }
    t.equal(new Set(cases.map(({ title }) => title)).size, cases.length, 'every case has a title of its own')
  })
}

t.test('the fictional payers show every answer there is', async (t) => {
  const lines = answers.get('test-payers')?.flatMap((answer) => answer.lines) ?? []
  const shown = (values: Iterable<string>, all: readonly string[]) =>
    all.filter((value) => !new Set(values).has(value))
  t.strictSame(
    shown(
      lines.map((line) => line.outcome),
      outcomes,
    ),
    ['proceed-with-gaps'],
    'every outcome but the one that is not given yet',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.priorAuthorization.requirement),
      requirements,
    ),
    [],
    'every requirement',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.medicalNecessity.status),
      necessityStatuses,
    ),
    [],
    'every status of medical necessity',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.frequency.status),
      frequencyStatuses,
    ),
    [],
    'every status of frequency',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.units.status),
      unitsStatuses,
    ),
    [],
    'every status of units',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.claimLine.status),
      claimLineStatuses,
    ),
    [],
    'every status of the claim line',
  )
  t.strictSame(
    shown(
      lines.map((line) => line.codeValidity.status),
      validityStatuses,
    ),
    [],
    'every status of code validity',
  )
})
