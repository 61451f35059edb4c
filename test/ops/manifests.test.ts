// Files that an orchestrator reads: of the documented shape, naming what is there, and running the service as it is meant to be run.
import { readFile, readdir } from 'node:fs/promises'
import t from 'tap'
import ts from 'typescript'
import { parse, parseAllDocuments } from 'yaml'
import { isLoopback } from '../../src/access/start-rule.js'
import { Config, readConfig } from '../../src/process/config.js'

const root = new URL('../../', import.meta.url)
const read = async (path: string): Promise<string> => await readFile(new URL(path, root), 'utf8')
const settings = new Set(Object.keys(Config.properties))
const version = (JSON.parse(await read('package.json')) as { version: string }).version

interface Container {
  readonly image: string
  readonly ports?: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>
  readonly env: ReadonlyArray<{
    readonly name: string
    readonly value?: string
    readonly valueFrom?: { readonly secretKeyRef: object }
  }>
  readonly resources: { readonly requests: object; readonly limits: { readonly memory: string } }
  readonly securityContext: object
  readonly startupProbe?: Probe
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
  readonly periodSeconds: number
  readonly failureThreshold?: number
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas?: number
    readonly minAvailable?: number
    readonly selector?: object
    readonly template?: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly securityContext: object
        readonly automountServiceAccountToken: boolean
        readonly terminationGracePeriodSeconds?: number
        readonly containers: readonly [Container]
      }
    }
  }
}
const files = (await readdir(new URL('ops/kubernetes/', root))).filter((name) => name.endsWith('.yaml'))
const manifests = (
  await Promise.all(
    files.map(async (name) =>
      parseAllDocuments(await read(`ops/kubernetes/${name}`)).map((document) => {
        t.strictSame(document.errors, [], name)
        return document.toJS() as Manifest
      }),
    ),
  )
).flat()
const one = (kind: string): Manifest => {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind)
  if (found === undefined || more.length > 0) throw new Error(`not one ${kind}`)
  return found
}

// Types of the Kubernetes API, which TypeScript holds the files against: unknown fields, missing ones and wrong types are errors.
const types: Readonly<Record<string, string>> = {
  ServiceAccount: 'core/v1',
  Deployment: 'apps/v1',
  Service: 'core/v1',
  PodDisruptionBudget: 'policy/v1',
  NetworkPolicy: 'networking/v1',
  Job: 'batch/v1',
}

/** What is wrong with each of them; one program for all, as most of its time goes into reading the types. */
function shapeErrors(checked: readonly object[]): string[][] {
  const lines = (checked as readonly Manifest[]).map(
    (manifest, at) =>
      `export const manifest${at}: import('kubernetes-types/${types[manifest.kind] ?? '?'}').${manifest.kind} = ${JSON.stringify(manifest)}`,
  )
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const name = new URL('test/ops/manifests-as-typescript.ts', root).pathname
  const readSource = host.getSourceFile.bind(host)
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, lines.join('\n'), ts.ScriptTarget.ES2022)
      : readSource(file, ...rest)
  host.fileExists = (file) => file === name || ts.sys.fileExists(file)
  const program = ts.createProgram([name], options, host)
  const found = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => ({
    line: file?.getLineAndCharacterOfPosition(start).line ?? 0,
    said: ts.flattenDiagnosticMessageText(messageText, ' '),
  }))
  return lines.map((_line, at) => found.filter(({ line }) => line === at).map(({ said }) => said))
}

t.test('manifests are of the shape that Kubernetes documents', (t) => {
  const deployment = one('Deployment')
  const [misspelt = [], wrong = [], ...errors] = shapeErrors([
    { ...deployment, spec: { ...deployment.spec, replica: 3 } },
    { ...deployment, spec: { ...deployment.spec, replicas: '3' } },
    ...manifests,
  ])
  t.strictSame(
    errors,
    manifests.map(() => []),
  )
  t.match(misspelt.join(), /replica/, 'a misspelt field is seen')
  t.match(wrong.join(), /not assignable/, 'a wrong type is seen')
  for (const { kind, apiVersion } of manifests)
    t.ok(types[kind]?.endsWith(apiVersion.split('/').at(-1) ?? ''), `${kind} is of ${apiVersion}`)
  t.end()
})

t.test('what runs is neither root nor able to write, is bounded, and has its secrets by reference', (t) => {
  for (const { kind, metadata, spec } of manifests.filter(({ spec }) => spec?.template !== undefined)) {
    const pod = spec.template?.spec
    const [container] = pod?.containers ?? []
    if (pod === undefined || container === undefined) return t.fail(metadata.name)
    t.match(
      pod,
      {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        automountServiceAccountToken: false,
      },
      `${kind} ${metadata.name}`,
    )
    t.match(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    t.match(container.resources, { requests: { cpu: String, memory: String }, limits: { memory: String } })
    t.equal(container.image, `precert:${version}`)
    for (const { name, value, valueFrom } of container.env) {
      t.ok(settings.has(name) || name === 'NODE_OPTIONS', `${name} is a setting`)
      t.equal(valueFrom !== undefined, ['DATABASE_URL', 'DATA_KEY'].includes(name), `${name} ${value ?? ''}`)
    }
  }
  t.end()
})

t.test('a pod is asked whether it is ready, and restarted only when it does not live', (t) => {
  const {
    spec: { template, replicas = 0 },
  } = one('Deployment')
  const pod = template?.spec
  const [container] = pod?.containers ?? []
  const value = (name: string): number => Number(container?.env.find((one) => one.name === name)?.value)
  t.match(container, {
    startupProbe: { httpGet: { path: '/health/ready' } },
    readinessProbe: { httpGet: { path: '/health/ready' } },
    livenessProbe: { httpGet: { path: '/health/live' } },
  })
  const noticed =
    (container?.readinessProbe?.periodSeconds ?? 0) * (container?.readinessProbe?.failureThreshold ?? 3)
  t.ok(value('DRAIN_SECONDS') > noticed, 'it answers on for longer than it takes to be noticed')
  t.ok((pod?.terminationGracePeriodSeconds ?? 0) >= value('DRAIN_SECONDS') + 10, 'and has the time to close')
  t.strictSame(
    container?.ports?.map(({ containerPort }) => containerPort),
    [value('PORT'), value('ADMIN_PORT')],
  )
  const budget = one('PodDisruptionBudget')
  t.ok(
    (budget.spec.minAvailable ?? 0) >= 1 && (budget.spec.minAvailable ?? 0) < replicas,
    'some stay, and one may go',
  )
  for (const kind of ['Deployment', 'PodDisruptionBudget'])
    t.match(one(kind).spec.selector, { matchLabels: template?.metadata.labels })
  t.match(one('Service').spec.selector, template?.metadata.labels)
  t.end()
})

interface Service {
  readonly profiles?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: readonly string[] | object
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
}
const compose = parse(await read('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>
  volumes: object
}
const services = Object.entries(compose.services)

t.test(
  'compose: three processes behind a balancer with a standby under the profile, one without',
  async (t) => {
    const without = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)
    t.strictSame(without, ['first-key', 'api', 'postgres'])
    t.strictSame(
      services.filter(([, { profiles }]) => profiles?.includes('cluster')).map(([name]) => name),
      ['api-2', 'api-3', 'balancer', 'postgres-standby'],
    )
    for (const name of ['api-2', 'api-3']) {
      t.strictSame(
        compose.services[name]?.environment,
        compose.services['api']?.environment,
        'each process is like the first',
      )
      t.equal(compose.services[name]?.ports, undefined, 'and reached through the balancer')
    }
    for (const [name, { volumes = [], depends_on: after = [], environment = {}, ports = [] }] of services) {
      for (const volume of volumes) {
        const [from = ''] = volume.split(':')
        if (from.startsWith('./')) await t.resolves(read(from), `${name} mounts ${from}`)
        else t.ok(from in compose.volumes, `${name} has the volume ${from}`)
      }
      for (const other of Array.isArray(after) ? after : Object.keys(after))
        t.ok(other in compose.services, `${name} comes after ${other}`)
      for (const port of ports) t.match(port, /^127\.0\.0\.1:/, `${name} is reached from this machine only`)
      if (name.startsWith('api'))
        for (const setting of Object.keys(environment))
          t.ok(settings.has(setting) || setting === 'PGPASSWORD', setting)
      if (name.startsWith('api') || name === 'balancer')
        t.match(compose.services[name], { read_only: true, cap_drop: ['ALL'] }, name)
    }
  },
)

t.test(
  'the balancer sends to the processes of the compose file, and only while they are ready',
  async (t) => {
    const config = await read('ops/haproxy/haproxy.cfg')
    const servers = [...config.matchAll(/^ {2}server (\S+) (\S+):(\d+)$/gm)]
    t.strictSame(
      servers.map(([, name, host, port]) => [name, host, port]),
      ['api', 'api-2', 'api-3'].map((name) => [name, name, '3000']),
    )
    t.match(config, /^ {2}log-format "[^"]*%HM %HPO [^"]*"$/m, 'it logs method and path')
    t.notMatch(
      config.replace(/^ *#.*$/gm, ''),
      /httplog|%(HU|HQ|HP|r|hr|hs)\b|capture/,
      'and no query or header',
    )
    t.match(config, /http-check send meth GET uri \/health\/ready /)
    const [, inter = '0', fall = '0'] = /check inter (\d+)s fall (\d+)/.exec(config) ?? []
    t.ok(
      Number(compose.services['api']?.environment?.['DRAIN_SECONDS']) > Number(inter) * Number(fall),
      'a process drains for longer than it takes to be noticed',
    )
  },
)

const targetsIn = async (name: string): Promise<string> => await read(`ops/prometheus/${name}`)

t.test(
  'metrics can be scraped in compose: by the name, port and credential that the settings make',
  async (t) => {
    const scrape = parse(await targetsIn('compose.yml')) as {
      scrape_configs: readonly [
        {
          static_configs: readonly [{ targets: readonly string[] }]
          authorization: { credentials_file: string }
        },
      ]
    }
    const [job] = scrape.scrape_configs
    const targets = job.static_configs[0].targets
    t.strictSame(
      targets.map((target) => target.split(':')[0]),
      services.map(([name]) => name).filter((name) => name.startsWith('api')),
    )
    for (const target of targets) {
      const [name = '', port] = target.split(':')
      const config = readConfig({
        ADMIN_HOST: compose.services[name]?.environment?.['ADMIN_HOST'],
        ADMIN_PORT: compose.services[name]?.environment?.['ADMIN_PORT'],
      })
      t.notOk(isLoopback(config.ADMIN_HOST), `${name} listens where others reach it`)
      t.equal(String(config.ADMIN_PORT), port)
      t.ok(job.authorization.credentials_file, 'and elsewhere than on loopback it asks for a key')
      const ports = compose.services[name]?.ports ?? []
      t.notOk(
        ports.some((open) => open.endsWith(`:${port}`)),
        'no port of the machine leads there',
      )
    }
    t.match(await targetsIn('compose.yml'), /main\.js keys create .*--scopes metrics:read/)
    const { POSTGRES_USER, POSTGRES_DB } = compose.services['postgres']?.environment ?? {}
    for (const name of ['first-key', 'api']) {
      const url = new URL(
        (compose.services[name]?.environment?.['DATABASE_URL'] ?? '').replace(
          /\$\{DATABASE_HOST:-(\w+)\}/,
          '$1',
        ),
      )
      t.match(url, {
        username: POSTGRES_USER,
        password: '',
        hostname: 'postgres',
        pathname: `/${POSTGRES_DB}`,
      })
      t.equal(
        compose.services[name]?.environment?.['PGPASSWORD'],
        compose.services['postgres']?.environment?.['POSTGRES_PASSWORD'],
        'the password is no part of a URL',
      )
    }
  },
)

t.test('metrics can be scraped in Kubernetes, and the keys of an issuer fetched', async (t) => {
  const { template } = one('Deployment').spec
  t.notOk('annotations' in (template?.metadata ?? {}), 'annotations carry no credential')
  const said = await targetsIn('kubernetes.yml')
  const {
    scrape_configs: [job],
  } = parse(said) as {
    scrape_configs: readonly [
      {
        authorization: { credentials_file: string }
        kubernetes_sd_configs: readonly [{ namespaces: { names: readonly string[] } }]
        relabel_configs: ReadonlyArray<{ regex?: string; action?: string }>
      },
    ]
  }
  const metrics = template?.spec.containers[0].ports?.find(({ name }) => name === 'metrics')
  const labels = template?.metadata.labels as Readonly<Record<string, string>>
  t.equal(
    job.relabel_configs.find(({ action }) => action === 'keep')?.regex,
    `${labels['app.kubernetes.io/name']};${metrics?.name}`,
  )
  t.strictSame(job.kubernetes_sd_configs[0].namespaces.names, ['precert'])
  t.ok(job.authorization.credentials_file)
  t.match(said, /--scopes metrics:read/)
  const policy = one('NetworkPolicy').spec as unknown as {
    ingress: ReadonlyArray<{ ports: ReadonlyArray<{ port: string }>; from?: object }>
    egress: ReadonlyArray<{ ports: ReadonlyArray<{ port: number }> }>
  }
  t.match(policy.ingress.find(({ ports }) => ports[0]?.port === 'metrics')?.from, [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
  ])
  t.match(said, /namespace `monitoring`/)
  const out = policy.egress.flatMap(({ ports }) => ports.map(({ port }) => port))
  for (const [what, url] of [
    ['the database', 'postgres://db.internal:5432/precert'],
    ['JWT_JWKS_URL', 'https://issuer.example:443/keys'],
  ] as const)
    t.ok(out.includes(Number(/:(\d+)\//.exec(url)?.[1])), `${what} can be reached`)
})
