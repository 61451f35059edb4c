import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// Beyond `pauseAt` waiting requests the connection is not read for now. A packet can hold thousands
// of short requests, so more can be read already. Beyond the second number the connection is ended,
// because each request takes memory.
const pauseAt = 16
const mostWaiting = 500

interface Waiting {
  count: number
  isPaused: boolean
}

const waitingOn = new WeakMap<Socket, Waiting>()

/**
 * Answers in order: calls `begin` when the answers to all earlier requests of this connection
 * were sent. Node parses pipelined requests as fast as they come, so without it one connection
 * could have any number of requests under way. A request whose connection ends earlier never
 * begins.
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
    // Node assigns the socket of the answer in this turn.
    queueMicrotask(() => {
      if (!socket.destroyed) begin()
    })
  })
}

/**
 * Whether reading from this socket is paused because too many of its requests wait. A half-received
 * request cannot be completed meanwhile.
 */
export function isReadingPaused(socket: Socket): boolean {
  return waitingOn.get(socket)?.isPaused === true
}
