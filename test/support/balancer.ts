import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A port that spreads connections over processes that say that they are ready. */
export interface Balancer {
  readonly port: number
  readonly ready: () => number
  readonly close: () => void
}

const lookEveryMs = 100

/** Spreads connections over `ports` in turns, asking /health/ready ten times a second; one that cannot be connected to is passed over. */
export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  const ready = new Set<number>()
  const open = new Set<Socket>()
  const closing = new AbortController()
  let turn = 0
  const look = async (port: number): Promise<void> => {
    while (!closing.signal.aborted) {
      const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(2_000),
      }).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isReady) ready.add(port)
      else ready.delete(port)
      await sleep(lookEveryMs)
    }
  }
  const couple = (near: Socket, tried: number): void => {
    const among = [...ready].sort((a, b) => a - b)
    const port = among[turn++ % Math.max(1, among.length)]
    if (port === undefined || tried > 3) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    far.once('error', () => {
      if (far.bytesWritten === 0 && far.bytesRead === 0) {
        ready.delete(port)
        couple(near, tried + 1)
      } else near.destroy()
    })
    far.once('connect', () => {
      for (const socket of [near, far]) {
        open.add(socket)
        socket
          .setNoDelay(true)
          .on('close', () => {
            open.delete(socket)
          })
          .on('error', () => {})
      }
      near.pipe(far).pipe(near)
      near.on('close', () => {
        far.destroySoon()
      })
    })
  }
  for (const port of ports) void look(port)
  const server = createServer({ pauseOnConnect: true }, (near) => {
    near.on('error', () => {})
    couple(near, 0)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    ready: () => ready.size,
    close: () => {
      closing.abort()
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
