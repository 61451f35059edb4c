import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Config } from '../src/process/config.js'
import { fixedCodes, type CodeMeaning } from '../src/protocols/rest/codes/meanings.js'
import { generate } from './generated-file.js'

const usage = `Writes .env.example and the settings table of docs/operate/settings.md, both from src/process/config.ts, and docs/use/codes.md from the
meanings of the codes in src/decision/explain/meanings.

  tsx scripts/write-config-docs.ts           write them
  tsx scripts/write-config-docs.ts --check   write nothing; exit code 1 if something is stale
  tsx scripts/write-config-docs.ts --help    this text

The table replaces what stands between <!-- settings --> and <!-- /settings --> in docs/operate/settings.md.`

const settingsPage = 'docs/operate/settings.md'

interface Setting {
  readonly type?: string
  readonly default?: string | number
  readonly description: string
  readonly enum?: readonly string[]
}
const settings = Object.entries(Config.properties) as unknown as [string, Setting][]

const codeHeadings: readonly (readonly [kind: CodeMeaning['kind'], heading: string])[] = [
  ['reason', 'Reasons (`reasonCode`)'],
  ['step', 'Steps (`nextSteps[].code`)'],
  ['not-evaluated', 'What was not checked (`notEvaluated[].code`)'],
]

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) process.stdout.write(`${usage}\n`)
else if (!(await writeAll(values.check))) process.exitCode = 1

async function writeAll(check: boolean): Promise<boolean> {
  const environment = await generate('.env.example', settings.map(environmentLine).join('\n'), check)
  const codes = await generate('docs/use/codes.md', codesPage(), check)
  const page = await readFile(settingsPage, 'utf8').catch(() => '')
  const marked = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/
  if (!marked.test(page)) {
    process.stderr.write(
      'docs/operate/settings.md has no <!-- settings --> … <!-- /settings --> block; its table was left out\n',
    )
    return environment && codes
  }
  return (
    (await generate(
      settingsPage,
      page.replace(marked, (_all, start: string, end: string) => `${start}${table()}${end}`),
      check,
    )) &&
    environment &&
    codes
  )
}

function codesPage(): string {
  const codes = fixedCodes()
  const parts = codeHeadings.map(([kind, heading]) => {
    const rows = codes
      .filter((one) => one.kind === kind)
      .map(({ code, meaning, remedy }) => `| \`${code}\` | ${meaning} | ${remedy} |\n`)
    return `\n## ${heading}\n\n| code | meaning | what to do |\n|---|---|---|\n${rows.join('')}`
  })
  return `# Codes of an answer\n\nEach code of an answer has one meaning. \`GET /v1/codes\` lists them too, with the documentation items that the loaded rules ask for.\nNew codes may be added at any time: treat one that you do not know by the outcome of its line. A step whose code begins with \`give-\` asks\nfor the fact that it names; \`infoNeeded\` says where the request carries it.\n${parts.join('')}`
}

function table(): string {
  const rows = settings.map(
    ([key, setting]) =>
      `| \`${key}\` | ${setting.default === undefined ? '' : `\`${setting.default}\``} | ${setting.description}${allowed(setting)} |\n`,
  )
  return `| variable | default | meaning |\n|---|---|---|\n${rows.join('')}`
}

function environmentLine([key, setting]: [string, Setting]): string {
  return `# ${setting.description}${allowed(setting)}\n${setting.default === undefined ? '# ' : ''}${key}=${setting.default ?? ''}\n`
}

function allowed({ enum: names }: Setting): string {
  return names === undefined ? '' : ` One of ${names.join(', ')}.`
}
