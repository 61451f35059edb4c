import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { programArguments } from '../support/program.js'

const readyWithinMs = 120_000

/** A service process that is started again as soon as it is killed, on the same port and folders. */
export interface KeptService {
  readonly port: number
  /** Bytes that are resident. */
  readonly resident: () => number
  /** Files and sockets that are open. */
  readonly descriptors: () => number
  /** Resolves when it answers that it is ready. */
  readonly ready: () => Promise<void>
  /** Sends the signal, waits for the end and starts it again; answers the exit code. */
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>
  /** Ends it in order (SIGTERM) and leaves it; answers the exit code, also of one that was stopped before. */
  readonly stop: () => Promise<number | null>
  /** What it wrote, for whoever asks why a run failed. */
  readonly output: () => string
  /** How often it ended although nobody killed it. */
  readonly fell: () => number
}

/** Starts a service, with options for Node, and keeps it running. */
export function keepService(
  environment: Readonly<Record<string, string>>,
  port: number,
  nodeOptions: readonly string[] = [],
): KeptService {
  let [output, fell, wanted] = ['', 0, true]
  let killed = false
  let child = start()
  function start(): ChildProcess {
    const started = spawn(process.execPath, [...nodeOptions, ...programArguments('serve')], {
      env: { PATH: process.env['PATH'] ?? '', ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text: Buffer) => {
        output = `${output}${text.toString()}`.slice(-20_000)
      })
    started.once('exit', (code, signal) => {
      if (!killed && wanted) {
        fell++
        output += `[ended by itself: ${String(code ?? signal)}]\n`
      }
      killed = false
      if (wanted) child = start()
    })
    return started
  }
  return {
    port,
    resident: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    descriptors: () => readdirSync(`/proc/${child.pid}/fd`).length,
    output: () => output,
    fell: () => fell,
    async ready() {
      const until = performance.now() + readyWithinMs
      while (
        !(await fetch(`http://127.0.0.1:${port}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ))
      ) {
        if (performance.now() > until) throw new Error(`the service is not ready: ${output}`)
        await sleep(50)
      }
    },
    async kill(signal) {
      const [victim, exited] = [child, once(child, 'exit')]
      killed = true
      victim.kill(signal)
      return ((await exited) as [number | null])[0]
    },
    async stop() {
      if (!wanted && (child.exitCode !== null || child.signalCode !== null)) return child.exitCode
      const exited = once(child, 'exit')
      wanted = false
      child.kill('SIGTERM')
      return ((await exited) as [number | null])[0]
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Makes a key of the store that `environment` names; answers it. */
export async function createKey(
  environment: Readonly<Record<string, string>>,
  scopes: string,
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...programArguments('keys'), 'create', '--name', 'load', '--scopes', scopes, '--json'],
    { env: { PATH: process.env['PATH'] ?? '', ...environment } },
  )
  return (JSON.parse(stdout) as { key: string }).key
}
