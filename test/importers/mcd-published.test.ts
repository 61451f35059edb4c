// Four articles and a determination as the database published them. They are not part of the project; where a copy lies beside it, the importer is held to it.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { evaluate } from '../../src/decision/conditions/evaluate.js'
import { determine } from '../../src/decision/determine.js'
import { factsOf, readRequest } from '../../src/decision/facts/facts.js'
import { openSources } from '../../src/importers/files.js'
import { bundledReadings } from '../../src/importers/mcd/overlay/bundled-readings.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf } from '../../src/policies/packs/cases.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import { differencesFromCase } from '../support/case-differences.js'
import { answererOf, read } from './mcd-export.js'

const shared = new URL('../../../shared/data/', import.meta.url).pathname
const files = await openSources([`${shared}mcd`, `${shared}mcd_index`]).catch(() => [])

if (files.length === 0)
  t.pass(
    'SKIPPED: no export of the coverage database at ../shared/data/mcd, so nothing of this file was tested',
  )
else {
  const { content, refused, notes } = await read(files, { readings: bundledReadings })
  const unread = (await read(files)).content
  const codesOf = async (group: number): Promise<string[]> =>
    (await readFile(`${shared}mcd/article_x_icd10_covered.csv`, 'utf8'))
      .split('\n')
      .map((line) => line.split('","'))
      .filter(([id, , , , its]) => id === '"52421' && its === String(group))
      .map((cells) => cells[2] ?? '')
  const groups = [[], ...(await Promise.all([1, 2, 3, 4, 5].map(codesOf)))]

  t.test('it is read as a whole', async (t) => {
    t.strictSame(refused, [])
    t.strictSame(
      content.policies.map(({ policyId }) => policyId),
      ['a52420', 'a52421', 'a56157', 'a57755'],
    )
    t.ok(
      notes.some((note) =>
        /names 3,133 documents; 5 of them are in the export.*Nothing is declared complete by it/.test(note),
      ),
      notes.join('\n'),
    )
    t.strictSame(
      content.policySets.flatMap(({ completeness = [] }) => completeness),
      [],
    )
    t.match(
      content.codeSets.map((set) => set.codes.length).sort((a, b) => a - b),
      [6, 8, 9, 11, 17, 21, 44, 207],
    )
  })

  t.test('for whom each article speaks', async (t) => {
    const answer = answererOf(content)
    const speaks = (
      code: string,
      claimType: 'professional' | 'institutional' | 'dme',
      ...states: string[]
    ): string[] =>
      states.filter(
        (state) =>
          answer({ code, diagnoses: 'R53.83', state, claimType }).medicalNecessity.reasonCode !==
          'rule-not-loaded',
      )
    const all =
      'AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY DN QN UN EM WM'.split(
        ' ',
      )
    t.strictSame(
      speaks('J3420', 'professional', ...all),
      ['FL', 'PR', 'VI'],
      'A57755: Part B of Florida, Puerto Rico and the Virgin Islands',
    )
    t.strictSame(
      [...speaks('J3420', 'institutional', ...all), ...speaks('J3420', 'dme', ...all)],
      [],
      'and only Part B',
    )
    const policy = (id: string) => ({
      ...content,
      policies: content.policies.filter(({ policyId }) => policyId === id),
    })
    const one = (id: string, claimType: 'professional' | 'institutional') =>
      all.filter(
        (state) =>
          answererOf(policy(id))({ code: 'J7321', diagnoses: 'M17.0', state, claimType }).medicalNecessity
            .status === 'met',
      )
    t.strictSame(
      one('a56157', 'professional'),
      ['IA', 'IN', 'KS', 'MI', 'MO', 'NE', 'EM', 'WM'],
      'A56157 is not for Part B of Wisconsin, although its list of states names it',
    )
    t.ok(one('a56157', 'institutional').includes('WI'), 'but for Part A')
    for (const side of ['professional', 'institutional'] as const)
      t.strictSame(
        one('a52420', side),
        ['CT', 'IL', 'MA', 'ME', 'MN', 'NH', 'NY', 'RI', 'VT', 'WI', 'DN', 'QN', 'UN'],
        `A52420 ${side}`,
      )
    t.equal(
      answererOf(content)({ code: '20610', diagnoses: 'R53.83', state: 'IA' }).medicalNecessity.status,
      'met',
      'A56157: the injection procedure is not bound to the list',
    )
    t.equal(
      answererOf(content)({ code: '20610', diagnoses: 'M17.0', state: 'IL' }).medicalNecessity.status,
      'indeterminate',
      'A52420: what its second paragraph means, nobody has read',
    )
  })

  // Written from the paragraphs, without a look at the importer.
  const supported = (diagnoses: readonly string[], sex: string): boolean => {
    const has = (group: number): boolean => diagnoses.some((code) => groups[group]?.includes(code))
    return has(1) || (has(2) && has(3)) || (has(4) && has(5) && sex === 'female')
  }

  t.test('A52421: all its codes, alone and in pairs, in the reading of a person', async (t) => {
    const every = groups.flat()
    t.equal(every.length, 254)
    let [met, asked] = [0, 0]
    for (const [name, its] of [
      ['reviewed', content],
      ['unread', unread],
    ] as const) {
      const view = compilePolicyView(its, 1)
      const rules = its.policies.find(({ policyId }) => policyId === 'a52421')?.versions[0]?.rules ?? []
      const [rule] = rules
      if (rule?.kind !== 'diagnosis' || rule.supports === undefined || rules.length !== 1)
        throw new Error('one diagnosis rule is expected')
      const wrong: string[] = []
      for (const sex of ['female', 'male'] as const) {
        for (const [at, first] of every.entries()) {
          for (const second of every.slice(at)) {
            const request = readRequest(
              {
                coverage: {},
                claimType: 'professional',
                patient: { sex },
                diagnosisCodes: [first, second],
                serviceLines: [
                  {
                    lineNumber: 1,
                    procedureCode: 'J1740',
                    dateOfService: '2026-09-22',
                    diagnosisPointers: [1, 2],
                  },
                ],
              },
              view,
            )
            const { truth } = evaluate(
              rule.supports,
              factsOf(request, request.lines[0]!),
              rule.conditionalCodes,
            )
            const right = supported([first, second], sex)
            asked++
            if (truth === 'true') met++
            if (
              truth === 'true'
                ? !right
                : name === 'reviewed'
                  ? truth !== 'false' || right
                  : truth !== 'unknown'
            )
              wrong.push(`${name} ${sex} ${first} ${second}: ${truth}`)
          }
        }
      }
      t.strictSame(wrong.slice(0, 10), [], `${name}: supported only where it is`)
      const answer = answererOf(its)
      const claims = [
        'M88.0',
        'M81.0',
        'K20.90',
        'M81.0 K20.90',
        'M85.80',
        'N95.1',
        'M85.80 N95.1',
        'M85.80 K20.90',
        'M81.0 N95.1',
        'D51.0',
      ]
      for (const sex of ['female', 'male'] as const) {
        for (const diagnoses of claims) {
          const { status } = answer({ code: 'J1740', diagnoses, sex, state: 'IL' }).medicalNecessity
          const right = supported(diagnoses.split(' '), sex)
          t.equal(
            status,
            right && (name === 'reviewed' || diagnoses === 'M88.0') ? 'met' : 'indeterminate',
            `${name}: ${diagnoses}, ${sex}`,
          )
        }
      }
    }
    t.equal(asked, (2 * 2 * 254 * 255) / 2)
    t.ok(met > 10_000, `${met} times met`)
  })

  t.test('the cases of the starter packs, with the import in place of what it takes over', async (t) => {
    const folder = new URL('../../policies/', import.meta.url)
    const { packs } = validatePacks((await readPacks(folder.pathname)).packs)
    const starters = mergeContent(packs.map((pack) => pack.content))
    const imported = (await read(files, { held: starters, readings: bundledReadings })).content
    t.strictSame(imported.policySets, [], 'the set with what was declared by hand is left alone')
    const taken = new Set(imported.policies.map(({ policyId }) => policyId))
    t.notOk(taken.has('l33967'), 'nor is the determination taken over, of which the tables say nothing')
    const merged = mergeContent([
      { ...starters, policies: starters.policies.filter(({ policyId }) => !taken.has(policyId)) },
      imported,
    ])
    const view = compilePolicyView(merged, 1)
    for (const packId of ['cms-mcd', 'medicare-plans', 'cms-manual', 'cms-ncd', 'cms-pa-lists', 'cms-mue']) {
      const { base, cases } = parseCases(
        JSON.parse(await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')),
        packId,
      )
      for (const one of cases)
        t.strictSame(
          differencesFromCase(one, determine(requestOf(base, one), view)),
          [],
          `${packId}: ${one.title}`,
        )
    }
  })
}
