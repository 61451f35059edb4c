import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp } from './app.js'
import { ConfigError, readConfig, type Config } from './config.js'
import { createLog } from './log.js'
import type { Dependencies } from './protocols/dependencies.js'

const exitCodes = { failed: 1, configuration: 78 } // 78 is EX_CONFIG of sysexits.h: restarting does not help
const hardStop = 10_000 // ms after draining

await start()

async function start (): Promise<void> {
  const config = configOrExit()
  const log = createLog(config.LOG_LEVEL)
  let closing = false
  try {
    const { snapshot, check, close } = await openPolicies(config, log)
    const app = await buildApp({ snapshot, check, log, isClosing: () => closing })
    stopWithGrace(config, log, app, () => { closing = true }, close)
    await app.listen({ host: config.HOST, port: config.PORT })
  } catch (error) {
    exit(exitCodes.failed, `cannot start: ${(error as Error).message}`)
  }
}

/** Not ready at once, answering on while balancers notice, then closed; a second signal ends the process. */
function stopWithGrace (config: Config, log: Logger, app: FastifyInstance, beginClosing: () => void, closeStore: () => Promise<void>): void {
  const delay = config.DRAIN_SECONDS * 1000 + hardStop
  closeWithGrace({ delay, logger: { error: (error: unknown) => log.fatal(error instanceof Error ? { err: error } : {}, 'stopped hard') } }, async ({ signal, err }) => {
    if (err !== undefined) log.fatal({ err }, 'unhandled error')
    log.info({ signal }, 'closing')
    beginClosing()
    await sleep(config.DRAIN_SECONDS * 1000)
    await app.close()
    await closeStore()
  })
}

/** SEAM: open the store, migrate, load packs into an empty one, keep the snapshot current; until then nothing is ready. */
async function openPolicies (_config: Config, _log: Logger): Promise<Dependencies & { close: () => Promise<void> }> {
  return { snapshot: { current: () => undefined }, check: () => { throw new Error('no store') }, close: async () => {} }
}

function configOrExit (): Config {
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigError) exit(exitCodes.configuration, `bad configuration: ${error.message}`)
    throw error
  }
}

function exit (code: number, line: string): never {
  process.stderr.write(`precert: ${line}\n`)
  process.exit(code)
}
