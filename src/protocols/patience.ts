import type { Socket } from 'node:net'

// The bound on the time of a whole request guards every listener. A batch is long by its nature and has bounds of its own, line by line.
const patient = new WeakSet<Socket>()

/** From now on the sender on this socket is not cut by the time of its whole request; the returned function ends that. */
export function bePatient(socket: Socket): () => void {
  patient.add(socket)
  return () => {
    patient.delete(socket)
  }
}

/** Whether somebody else bounds the time of what comes on this socket. */
export function isPatientWith(socket: Socket): boolean {
  return patient.has(socket)
}
