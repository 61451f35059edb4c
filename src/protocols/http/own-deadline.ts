import type { Socket } from 'node:net'

// Sockets without the timeout of a whole request, which every listener enforces. A batch may take
// long, and bounds the time of each line itself.
const exempt = new WeakSet<Socket>()

/**
 * Disables the timeout of a whole request for this socket; the returned function enables it again.
 */
export function useOwnDeadline(socket: Socket): () => void {
  exempt.add(socket)
  return () => {
    exempt.delete(socket)
  }
}

/** Whether the route of this socket bounds the time by itself. */
export function hasOwnDeadline(socket: Socket): boolean {
  return exempt.has(socket)
}
