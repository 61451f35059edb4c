// Stands in for tap where tests run inside another program (mutation testing): the assertions that the tests use, which throw.
import assert from 'node:assert/strict'

const running: Promise<void>[] = []

interface Asserting {
  test(name: string, body: (t: Asserting) => Promise<void>): Promise<void>
  equal(found: unknown, wanted: unknown, message?: string): void
  not(found: unknown, wanted: unknown, message?: string): void
  strictSame(found: unknown, wanted: unknown, message?: string): void
  ok(value: unknown, message?: string): void
  match(found: unknown, pattern: unknown, message?: string): void
  fail(message?: string): void
  pass(message?: string): void
}

const t: Asserting = {
  test: (name, body) => {
    const run = Promise.resolve()
      .then(() => body(t))
      .catch((error: unknown) => {
        throw new Error(name, { cause: error })
      })
    running.push(run)
    // Reported by `allDone`; without this a failure that nobody awaits yet would end the process.
    run.catch(() => undefined)
    return run
  },
  equal: (found, wanted, message) => {
    assert.equal(found, wanted, message)
  },
  not: (found, wanted, message) => {
    assert.notEqual(found, wanted, message)
  },
  strictSame: (found, wanted, message) => {
    assert.deepStrictEqual(found, wanted, message)
  },
  ok: (value, message) => {
    assert.ok(value, message)
  },
  match: (found, pattern, message) => {
    assert.ok(matches(found, pattern), message)
  },
  fail: (message) => {
    assert.fail(message)
  },
  pass: () => undefined,
}
export default t

/** Waits for every test that was started; throws the failure of the first that failed. */
export async function allDone(): Promise<void> {
  await Promise.all(running)
}

function matches(found: unknown, pattern: unknown): boolean {
  if (pattern instanceof RegExp) return pattern.test(String(found))
  if (typeof pattern === 'string' && typeof found === 'string') return found.includes(pattern)
  if (typeof pattern !== 'object' || pattern === null) return Object.is(found, pattern)
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.entries(pattern).every(([key, value]) => matches((found as Record<string, unknown>)[key], value))
  )
}
