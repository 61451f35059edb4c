import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import type { Listening } from './connection.js'

const maxWaitMs = 5_000
const firstWaitMs = 200
const beatMs = 5_000
// A server that does not answer so simple a question for so long is taken for gone.
const answerMs = 2_000

/**
 * Hears notifications of a server on a connection of its own, which is opened again for ever.
 * `onNotification` is also called each time it was opened, since what was sent before was missed.
 * Silence is told from a line that is dead by a question every five seconds.
 */
export function listenOnServer(
  config: ClientConfig,
  channel: string,
  onNotification: () => void,
  everyMs = beatMs,
): Listening {
  const stopping = new AbortController()
  const { signal } = stopping
  let connected = false
  const pause = async (milliseconds: number): Promise<void> => {
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Rejects when the connection is lost; resolves when it is no longer wanted. */
  const listenOnce = async (): Promise<void> => {
    const client = new Client({ ...config, connectionTimeoutMillis: answerMs, query_timeout: answerMs })
    client.on('error', () => {}) // also said to whoever asks next
    client.on('notification', onNotification)
    try {
      await client.connect()
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
      connected = true
      onNotification()
      while (!signal.aborted) {
        await pause(everyMs)
        if (!signal.aborted) await client.query('SELECT')
      }
    } finally {
      connected = false
      // Not waited for: on a dead line nobody says goodbye.
      client.end().catch(() => {})
    }
  }
  const running = (async () => {
    for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(maxWaitMs, 2 * wait)) {
      const opened = performance.now()
      await listenOnce().catch(() => {})
      if (performance.now() - opened > maxWaitMs) wait = firstWaitMs
      // Not all processes at the same moment.
      await pause(wait * (0.5 + Math.random() / 2))
    }
  })()
  return {
    isConnected: () => connected,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
