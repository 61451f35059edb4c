// Secrets out of files, and a database that nobody made sure of.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, readConfig } from '../src/process/config.js'
import { unverifiedDatabase } from '../src/process/settings/store.js'

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment)
    return ''
  } catch (error) {
    return error instanceof ConfigError ? error.message : `not a ConfigError: ${String(error)}`
  }
}

t.test('DATABASE_URL out of a file, without the end of its line', async (t) => {
  const file = join(await mkdtemp(join(tmpdir(), 'precert-secrets-')), 'url')
  const url = 'postgres://precert:p%40ss@db.internal/precert'
  for (const content of [url, `${url}\n`, `${url}\r\n`]) {
    await writeFile(file, content)
    t.equal(readConfig({ DATABASE_URL_FILE: file }).DATABASE_URL, url)
  }
  t.match(refusal({ DATABASE_URL_FILE: file, DATABASE_URL: url }), /exclude each other: set one$/)
  t.match(
    refusal({ DATABASE_URL_FILE: `${file}.not` }),
    /^DATABASE_URL_FILE: .*url\.not cannot be read \(ENOENT\); name a file that this process may read$/,
  )
  for (const content of ['the-password', '', `${url}\nmore`, 'mysql://user:the-password@x/y']) {
    await writeFile(file, content)
    const said = refusal({ DATABASE_URL_FILE: file })
    t.match(
      said,
      /^DATABASE_URL_FILE: .*\/url does not hold an address of PostgreSQL .*put one there/,
      content,
    )
    t.notMatch(said, /the-password/, 'the content is in no message')
  }
})

t.test('the key before, in one way only and never alone', async (t) => {
  t.match(
    refusal({ DATA_KEY: 'x', DATA_KEY_PREVIOUS: 'y', DATA_KEY_PREVIOUS_FILE: 'z' }),
    /exclude each other/,
  )
  t.match(refusal({ DATA_KEY_PREVIOUS: 'y' }), /means nothing without the new key/)
})

t.test('in production a database elsewhere is asked for sslmode=verify-full', async (t) => {
  const said = (url: string, mode = 'production'): string | undefined =>
    unverifiedDatabase(readConfig({ NODE_ENV: mode, DATABASE_URL: url }))
  for (const url of [
    'postgres://user:secret@db.internal/precert',
    'postgres://user:secret@db.internal/precert?sslmode=require',
    'postgres://user:secret@db.internal/precert?sslmode=no-verify',
    'postgres://user:secret@10.0.0.5:5432/precert?sslmode=disable',
    'postgres://localhost/precert?host=db.internal',
  ]) {
    t.match(said(url), /^DATABASE_URL has no sslmode=verify-full: .*add \?sslmode=verify-full/, url)
    t.notMatch(said(url), /secret/)
    t.equal(said(url, 'development'), undefined)
  }
  for (const url of [
    'postgres://user@db.internal/precert?sslmode=verify-full',
    'postgres://user@127.0.0.1/precert',
    'postgres://user@localhost:5432/precert',
    'postgres://user@[::1]/precert',
    'postgres:///precert?host=/var/run/postgresql',
  ])
    t.equal(said(url), undefined, url)
  t.equal(unverifiedDatabase(readConfig({ NODE_ENV: 'production' })), undefined)
})
