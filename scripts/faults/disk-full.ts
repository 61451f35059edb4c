import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openDatabase } from '../../src/store/database/database.js'
import { readWholeLog } from '../../test/decision-log/found-log.js'
import { freePort, keepService } from '../../test/decision-log/kept-service.js'
import { askOnce } from '../../test/support/asked.js'
import { prepareDataDir } from '../../test/support/embedded.js'
import { unless, type FaultTrial } from './fault.js'

const run = promisify(execFile)
const leftKib = 600

export const diskFull: FaultTrial = {
  name: 'disk-full',
  about:
    'an embedded store on a small file system that is filled up while decisions are recorded; needs mount',
  async run({ say }) {
    const folder = await mkdtemp(join(tmpdir(), 'precert-disk-'))
    if (
      !(await run('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'precert', folder]).then(
        () => true,
        () => false,
      ))
    ) {
      await rm(folder, { recursive: true })
      return { figures: {}, wrong: [], skipped: 'mount is not permitted' }
    }
    const dataDir = join(folder, 'data')
    const ballast = join(folder, 'ballast')
    try {
      await prepareDataDir(dataDir)
      await mkdir(ballast)
      const service = keepService(
        {
          DATA_DIR: dataDir,
          DECISION_LOG: 'db',
          ADMIN_HOST: 'none',
          LOG_LEVEL: 'warn',
          RATE_LIMIT_PER_MINUTE: '0',
        },
        await freePort(),
      )
      const url = `http://127.0.0.1:${service.port}`
      await service.ready()
      const { stdout } = await run('df', ['--output=avail', '-k', folder])
      await writeFile(
        join(ballast, 'file'),
        Buffer.alloc((Number(stdout.trim().split('\n').at(-1)) - leftKib) * 1024),
      )
      const answered: string[] = []
      let [refused, others] = [0, 0]
      for (let tries = 0; tries < 4_000 && refused < 20; tries++) {
        const { status, determinationId } = await askOnce(url, '')
        if (determinationId !== undefined) answered.push(determinationId)
        else if (status === 503) refused++
        else others++
      }
      const [lookup, beforeRoom] = [await askOnce(url, '', { path: '/v1/payers' }), answered.length]
      say(`${beforeRoom} answered until the disk was full, then ${refused} refused`)
      await rm(ballast, { recursive: true })
      let again = false
      for (let tries = 0; tries < 50 && !again; tries++) {
        const { status, determinationId } = await askOnce(url, '')
        again = status === 200
        if (determinationId !== undefined) answered.push(determinationId)
      }
      const fell = service.fell()
      const exit = await service.stop()
      const store = await openDatabase({ dataDir })
      const log = await readWholeLog(store, 'public')
      await store.close()
      const missing = answered.filter((id) => !log.ids.has(id))
      return {
        figures: {
          answered: answered.length,
          refused,
          others,
          lookupWhileFull: lookup.status,
          answersAgain: String(again),
          missing: missing.length,
          ended: fell,
          exit: String(exit),
        },
        wrong: unless(
          [missing.length === 0, `${missing.length} answers are not on record`],
          [log.faults.length === 0, `the log has faults: ${log.faults.slice(0, 3).join('; ')}`],
          [refused > 0, 'the disk never was full'],
          [others === 0, `${others} answers were neither 200 nor 503`],
          [lookup.status === 200, 'a lookup was not answered'],
          [again, 'checks were not answered again when there was room'],
          [fell === 0, 'the process ended by itself'],
        ),
      }
    } finally {
      await run('umount', ['-l', folder])
      await rm(folder, { recursive: true, force: true })
    }
  },
}
