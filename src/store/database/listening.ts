import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import type { Listening } from './connection.js'

const maxWaitMs = 5_000
const firstWaitMs = 200
const beatMs = 5_000
// Time after which a server that has not answered the probe counts as gone.
const answerMs = 2_000

/**
 * Listens for notifications of a server on a connection of its own, and opens it again whenever it
 * is lost. `onNotification` is also called after each connect, because notifications sent before
 * were missed. A probe every five seconds detects a dead connection.
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

  /** Rejects when the connection is lost; resolves when listening was stopped. */
  const listenOnce = async (): Promise<void> => {
    const client = new Client({ ...config, connectionTimeoutMillis: answerMs, query_timeout: answerMs })
    client.on('error', () => {}) // the next query rejects with the same error
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
      // Not awaited: a dead connection never answers.
      client.end().catch(() => {})
    }
  }
  const running = (async () => {
    for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(maxWaitMs, 2 * wait)) {
      const opened = performance.now()
      await listenOnce().catch(() => {})
      if (performance.now() - opened > maxWaitMs) wait = firstWaitMs
      // Random, so that the processes do not all reconnect at the same moment.
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
