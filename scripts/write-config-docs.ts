import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Config } from '../src/process/config.js'
import { generate } from './generated-file.js'

const usage = `Writes .env.example and the settings table of docs/operate/settings.md, both from src/process/config.ts.

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

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) process.stdout.write(`${usage}\n`)
else if (!(await writeAll(values.check))) process.exitCode = 1

async function writeAll(check: boolean): Promise<boolean> {
  const environment = await generate('.env.example', settings.map(environmentLine).join('\n'), check)
  const page = await readFile(settingsPage, 'utf8').catch(() => '')
  const marked = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/
  if (!marked.test(page)) {
    process.stderr.write(
      'docs/operate/settings.md has no <!-- settings --> … <!-- /settings --> block; its table was left out\n',
    )
    return environment
  }
  return (
    (await generate(
      settingsPage,
      page.replace(marked, (_all, start: string, end: string) => `${start}${table()}${end}`),
      check,
    )) && environment
  )
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
