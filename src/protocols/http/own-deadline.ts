import type { Socket } from 'node:net'

// The bound on the time of a whole request guards every listener. A batch takes long by its nature
// and bounds the time of each line itself.
const exempt = new WeakSet<Socket>()

/**
 * From now on the time of the whole request does not bound what comes on this socket; the returned
 * function ends that.
 */
export function useOwnDeadline(socket: Socket): () => void {
  exempt.add(socket)
  return () => {
    exempt.delete(socket)
  }
}

/** Whether a route bounds the time of what comes on this socket by itself. */
export function hasOwnDeadline(socket: Socket): boolean {
  return exempt.has(socket)
}
