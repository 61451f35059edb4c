import { readConfig } from '../process/config.js'
import { createLog } from '../process/log.js'
import { isConfiguration, start, whyNot } from '../process/start.js'
import { CommandRefused, exitCodes, exitCodesInWords, type Command } from './command.js'

const help = `precert serve

Opens the store, loads policy and answers over HTTP until it is told to stop (SIGTERM or SIGINT). All settings are taken from the
environment: HOST, PORT, DATABASE_URL, DATA_DIR and more; .env.example lists them. SIGHUP reads the certificate anew.
${exitCodesInWords}`

/** `precert serve`: returns once it listens. The process then runs until it is told to stop. */
export const serve: Command = {
  run: async ([first]) => {
    if (first === '--help' || first === '-h') {
      process.stdout.write(`${help}\n`)
      return exitCodes.done
    }
    if (first !== undefined)
      throw new CommandRefused(`serve takes no arguments, so ${first} is not understood (--help tells more).`)
    // Only the owner can read what this process writes.
    process.umask(0o077)
    const config = readConfig()
    await start(config, createLog(config.LOG_LEVEL)).catch((error: NodeJS.ErrnoException) => {
      const [code, line] = isConfiguration(error)
        ? [exitCodes.configuration, `does not start: ${error.message}`]
        : [exitCodes.failed, `cannot start: ${whyNot(error, config)}`]
      process.stderr.write(`precert: ${line}\n`)
      // Listeners and timers that exist already would keep the process alive.
      process.exit(code)
    })
    return exitCodes.done
  },
}
