import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/**
 * The process that has locked a data folder. `bootId` and `startedAtTick` distinguish it from a
 * later process with the same number; only Linux has them.
 */
export interface Holder {
  readonly token: string
  readonly pid: number
  readonly host: string
  readonly since: string
  readonly bootId?: string
  readonly startedAtTick?: string
  readonly released?: boolean
}

/**
 * Whether a holder still runs. `unknown`: it is on another machine or in another container, where
 * its process cannot be seen.
 */
export type Liveness = 'alive' | 'dead' | 'unknown'

const tokensOfThisProcess = new Set<string>()

/** Describes this process as a holder, with a new token. */
export async function describeSelf(): Promise<Holder> {
  const bootId = await readBootId()
  const startedAtTick = (await readProcess(process.pid))?.startedAtTick
  return {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...(bootId === undefined ? {} : { bootId }),
    ...(startedAtTick === undefined ? {} : { startedAtTick }),
  }
}

/** Records that this process has the lock of `token`, or no longer has it. */
export function rememberToken(token: string, isHolding: boolean): void {
  if (isHolding) tokensOfThisProcess.add(token)
  else tokensOfThisProcess.delete(token)
}

/** Whether the process that wrote `holder` still runs. A released holder counts as dead. */
export async function liveness(holder: Holder): Promise<Liveness> {
  if (holder.released === true) return 'dead'
  if (holder.host !== hostname()) return 'unknown'
  // After a reboot, and on a second machine of the same name, the boot id differs.
  if (holder.bootId !== (await readBootId())) return 'unknown'
  const running = await readProcess(holder.pid)
  if (holder.startedAtTick !== undefined && running !== undefined) {
    return running.startedAtTick === holder.startedAtTick && !running.zombie ? 'alive' : 'dead'
  }
  // The number can be the same for another process, because in a container each new process gets
  // the number of the one before. So the token decides.
  if (holder.pid === process.pid) return tokensOfThisProcess.has(holder.token) ? 'alive' : 'dead'
  return answersSignal(holder.pid) ? 'alive' : 'dead'
}

function answersSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readBootId(): Promise<string | undefined> {
  return await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

async function readProcess(pid: number): Promise<{ startedAtTick: string; zombie: boolean } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  // The fields follow the last bracket of the command name, which may itself hold blanks and
  // brackets. State is 3, start time 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startedAtTick = fields[19]
  return startedAtTick === undefined
    ? undefined
    : { startedAtTick, zombie: fields[0] === 'Z' || fields[0] === 'X' }
}
