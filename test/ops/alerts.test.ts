// Alerts, dashboard, runbook and the table of metrics speak of metrics that a process tells, and of each other.
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parse } from 'yaml'
import { outcomes } from '../../src/decision/shapes/statuses.js'
import { problemCodes } from '../../src/protocols/http/problem.js'
import { familyOf, toldMetrics } from './told-metrics.js'

const root = new URL('../../', import.meta.url)
const read = async (path: string): Promise<string> => await readFile(new URL(path, root), 'utf8')
const families = await toldMetrics()

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook_url: string }
}
const { groups } = parse(await read('ops/prometheus/alerts.yml')) as { groups: [{ rules: Alert[] }] }
const alerts = groups[0].rules
const runbook = await read('ops/runbook.md')

interface Panel {
  readonly title: string
  readonly type: string
  readonly targets?: readonly { readonly expr: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}
const dashboard = JSON.parse(await read('ops/grafana/precert.json')) as Dashboard
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...dashboard.annotations.list.map(({ expr }) => ['annotation', expr] as const),
  ...dashboard.templating.list.flatMap(({ name, definition }) =>
    definition === undefined ? [] : [[name, definition] as const],
  ),
]

// Prometheus puts these at every series of a target.
const ofTarget = new Set(['job', 'instance'])
const values: Readonly<Record<string, ReadonlySet<string>>> = {
  code: new Set(problemCodes),
  outcome: new Set(outcomes),
  status: new Set(['2xx', '3xx', '4xx', '5xx', 'aborted']),
}

t.test('every metric and label in an alert or panel is one that a process tells', (t) => {
  t.ok(expressions.length > 50)
  for (const [where, expr] of expressions) {
    const names = [...expr.matchAll(/\b(precert|process|nodejs)_[a-z0-9_]+|\bup\b/g)].map(([name]) => name)
    t.ok(names.length > 0, `${where}: ${expr}`)
    for (const name of names.filter((name) => name !== 'up'))
      t.ok(families.has(familyOf(name, families)), `${where}: ${name}`)
    for (const [, name = '', selector = ''] of expr.matchAll(/([a-z0-9_]+)\{([^}]*)\}/g)) {
      for (const [, label = '', operator = '', value = ''] of selector.matchAll(
        /([a-z_]+)(=~|!=|=)"([^"]*)"/g,
      )) {
        t.ok(
          ofTarget.has(label) || families.get(familyOf(name, families))?.labels.has(label),
          `${where}: ${name} has a label ${label}`,
        )
        if (operator === '=' && values[label] !== undefined)
          t.ok(values[label].has(value), `${where}: ${label} can be ${value}`)
      }
    }
    for (const [, list = ''] of expr.matchAll(/\bby \(([a-z_, ]+)\)/g)) {
      const known = new Set(
        names.flatMap((name) => [...(families.get(familyOf(name, families))?.labels ?? [])]),
      )
      for (const label of list.split(/, ?/))
        t.ok(ofTarget.has(label) || label === 'le' || known.has(label), `${where}: by ${label}`)
    }
  }
  t.end()
})

t.test('every alert has its place in the runbook, and every heading there its alert', (t) => {
  const headings = [...runbook.matchAll(/^## (\S+)$/gm)].map(([, name]) => name)
  t.strictSame(
    headings,
    alerts.map(({ alert }) => alert),
  )
  t.equal(new Set(headings).size, headings.length)
  for (const {
    alert,
    labels: { severity },
    annotations,
  } of alerts) {
    const section = runbook.split(`\n## ${alert}\n`)[1]?.split('\n## ')[0] ?? ''
    t.match(section, new RegExp(`^${severity}\\. `), `${alert} has the severity of its alert`)
    t.match(section, /\*\*Meaning\*\*: [^]+\*\*Do\*\*: /, alert)
    t.equal(annotations.runbook_url, `ops/runbook.md#${alert.toLowerCase()}`)
    t.ok(['page', 'ticket', 'info'].includes(severity))
    t.ok(annotations.summary.length > 10)
  }
  for (const [, name = ''] of runbook.matchAll(/`(Precert[A-Za-z]+)`/g))
    t.ok(headings.includes(name), `the runbook names ${name}`)
  for (const [, name = ''] of runbook.matchAll(/`((?:precert|process|nodejs)_[a-z0-9_]+)`/g))
    t.ok(families.has(name), `the runbook names ${name}`)
  t.end()
})

t.test('the table of metrics names what a process tells, all of it and nothing else', async (t) => {
  const document = await read('docs/operate/metrics.md')
  const named = new Set([...document.matchAll(/`(precert_[a-z0-9_]+)`/g)].map(([, name = '']) => name))
  t.strictSame([...named].sort(), [...families.keys()].filter((name) => name.startsWith('precert_')).sort())
})

t.test('the dashboard can be provisioned', (t) => {
  const ids = dashboard.panels.map((panel) => (panel as unknown as { id: number }).id)
  t.equal(new Set(ids).size, ids.length)
  for (const { title, type, targets } of dashboard.panels)
    t.ok(type === 'row' || (targets?.length ?? 0) > 0, title)
  t.match(dashboard, { uid: 'precert', title: 'Precert', schemaVersion: Number })
  t.notMatch(
    JSON.stringify(dashboard),
    /"uid":"(?!\$\{datasource\}|precert)/,
    'no data source of one installation',
  )
  t.end()
})

const promtool = process.env['PROMTOOL'] ?? 'promtool'
const found = spawnSync(promtool, ['--version']).status === 0
t.test(
  'promtool takes the rules, and they fire when they should',
  {
    skip: found
      ? false
      : 'promtool is not installed (Debian package prometheus); the parts above were checked without it',
  },
  (t) => {
    for (const args of [
      ['check', 'config', 'ops/prometheus/prometheus.yml'],
      ['check', 'rules', 'ops/prometheus/alerts.yml'],
      ['test', 'rules', 'ops/prometheus/alerts.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: root, encoding: 'utf8' })
      t.equal(status, 0, `${args.join(' ')}: ${stdout}${stderr}`)
    }
    t.end()
  },
)
