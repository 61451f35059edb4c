import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// Beyond the first number nothing more is read from the connection for now. What was read already
// can be many more, since a packet holds thousands of the shortest requests: beyond the second
// number the connection is ended, as each of them takes memory.
const pauseAt = 16
const mostWaiting = 500

interface Waiting {
  count: number
  isPaused: boolean
}

const waitingOn = new WeakMap<Socket, Waiting>()

/**
 * Calls `begin` when the answers to all requests before this one on its connection were sent: Node
 * parses what a client pipelines as fast as it comes, and one connection would otherwise have any
 * number of requests under way. One whose connection ends before is never begun.
 */
export function inTurn({ socket }: IncomingMessage, response: ServerResponse, begin: () => void): void {
  if (response.socket !== null) {
    begin()
    return
  }
  const waiting = waitingOn.get(socket) ?? { count: 0, isPaused: false }
  waitingOn.set(socket, waiting)
  if (++waiting.count > mostWaiting) {
    socket.destroy()
    return
  }
  if (waiting.count >= pauseAt && !waiting.isPaused) {
    waiting.isPaused = true
    socket.pause()
  }
  response.once('socket', () => {
    if (--waiting.count < pauseAt && waiting.isPaused) {
      waiting.isPaused = false
      socket.resume()
    }
    // Node is still busy with giving it its socket.
    queueMicrotask(() => {
      if (!socket.destroyed) begin()
    })
  })
}

/**
 * Whether nothing is read from this socket because too many of its requests wait: what was sent in
 * part cannot come to its end meanwhile.
 */
export function isReadingPaused(socket: Socket): boolean {
  return waitingOn.get(socket)?.isPaused === true
}
