import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * What a line does to what goes through it. `hold`: connections stay open and nothing gets through, as in a network that lost its way; what
 * was held goes on when it passes again. `lose`: the same, but it never does. `half`: requests get through and answers do not. `reset`: connections are broken, as new ones are.
 * `refuse`: they are ended and nobody takes new ones.
 */
export type Fault = 'pass' | 'hold' | 'lose' | 'half' | 'reset' | 'refuse' | { readonly delayMs: number }

/** A port that leads to another one, and to its faults. */
export interface FaultLine {
  readonly port: number
  /** From now on, until something else is set; `only` those connections of which this is true, told by the first 16 KiB that they sent. */
  readonly set: (fault: Fault, only?: (sent: string) => boolean) => Promise<void>
  /** Where new connections lead from now on; those that are open are left as they are. */
  readonly leadTo: (port: number) => void
  readonly connections: () => number
  readonly close: () => Promise<void>
}

const remembered = 16 * 1024

interface Coupled {
  readonly near: Socket
  readonly far: Socket
  sent: string
}

/** Opens a port of this machine that leads to `port` of `host`. */
export async function openFaultLine(host: string, port: number): Promise<FaultLine> {
  const open = new Set<Coupled>()
  let [fault, target] = ['pass' as Fault, port]
  let only: ((sent: string) => boolean) | undefined
  const waiting: Array<() => void> = []
  const faultOf = ({ sent }: Coupled): Fault => (only === undefined || only(sent) ? fault : 'pass')
  const isHeld = (one: Coupled, from: Socket): boolean =>
    faultOf(one) === 'hold' || (faultOf(one) === 'half' && from === one.far)

  const carry = (one: Coupled, from: Socket, to: Socket): void => {
    const forward = (act: () => void): void => {
      const now = faultOf(one)
      if (isHeld(one, from)) {
        from.pause()
        waiting.push(() => {
          from.resume()
          forward(act)
        })
      } else if (typeof now === 'object') setTimeout(act, now.delayMs)
      else act()
    }
    from
      .setNoDelay(true)
      .on('error', () => {})
      .on('data', (bytes: Buffer) => {
        if (from === one.near && one.sent.length < remembered) one.sent += bytes.toString('latin1')
        if (faultOf(one) === 'reset') {
          breakOff(one)
          return
        }
        if (faultOf(one) === 'lose') return
        forward(() => {
          to.write(bytes)
        })
      })
      .on('close', () => {
        open.delete(one)
        // That one side hung up is not heard of by the other while nothing gets through.
        forward(() => {
          to.destroySoon()
        })
      })
  }
  const breakOff = ({ near, far }: Coupled): void => {
    near.resetAndDestroy()
    far.destroy()
  }
  const accept = (near: Socket): void => {
    if (fault === 'reset' && only === undefined) {
      near.resetAndDestroy()
      return
    }
    const one: Coupled = { near, far: connect(target, host), sent: '' }
    open.add(one)
    carry(one, near, one.far)
    carry(one, one.far, near)
  }
  let server: Server | undefined = createServer(accept)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const own = (server.address() as AddressInfo).port
  const stopTaking = (): void => {
    server?.close()
    server = undefined
  }
  return {
    port: own,
    async set(next, which) {
      ;[fault, only] = [next, which]
      if (fault === 'refuse') stopTaking()
      else if (server === undefined) {
        server = createServer(accept)
        await once(server.listen(own, '127.0.0.1'), 'listening')
      }
      for (const one of [...open]) {
        if (faultOf(one) === 'reset') breakOff(one)
        if (faultOf(one) === 'refuse') {
          one.near.destroy()
          one.far.destroy()
        }
      }
      for (const go of waiting.splice(0)) go()
    },
    leadTo(next) {
      target = next
    },
    connections: () => open.size,
    async close() {
      stopTaking()
      for (const { near, far } of open) {
        near.destroy()
        far.destroy()
      }
    },
  }
}
