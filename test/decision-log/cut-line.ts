import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line to another port that can be cut. */
export interface CutLine {
  readonly port: number
  /** Ends every connection and takes none. */
  readonly cut: () => void
  /** Leaves every connection open and lets nothing through, as a network does that lost its way. */
  readonly hold: () => void
  /** Takes connections again; what was held goes on its way, late. */
  readonly restore: () => void
  readonly close: () => void
}

/** Opens a port that leads to `port` of `host`. */
export async function openLine (host: string, port: number): Promise<CutLine> {
  const open = new Set<Socket>()
  const late: Array<() => void> = []
  let state: 'open' | 'cut' | 'held' = 'open'
  const couple = (one: Socket, other: Socket): void => {
    open.add(one)
    if (state === 'held') one.pause()
    one.setNoDelay(true).on('error', () => {}).on('data', bytes => { other.write(bytes) }).on('close', () => {
      open.delete(one)
      // That one side hung up is not heard of by the other while nothing gets through.
      if (state === 'held') late.push(() => { other.destroySoon() })
      else other.destroySoon()
    })
  }
  const server = createServer(near => {
    if (state === 'cut') { near.destroy(); return }
    const far = connect(port, host)
    couple(near, far)
    couple(far, near)
    if (state === 'held') near.pause()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endAll = (): void => { for (const socket of open) socket.destroy() }
  return {
    port: (server.address() as AddressInfo).port,
    cut () { state = 'cut'; endAll() },
    hold () { state = 'held'; for (const socket of open) socket.pause() },
    restore () {
      state = 'open'
      for (const socket of open) socket.resume()
      for (const hangUp of late.splice(0)) hangUp()
    },
    close () { state = 'cut'; endAll(); server.close() }
  }
}
