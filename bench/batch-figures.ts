/** What one round of a kind of batch took. */
export interface Round {
  readonly ms: number
  /** Milliseconds of processor that the server took, its threads included. */
  readonly processorMs: number
  readonly parse: number
  readonly again: number
  readonly parseBoth: number
  readonly longest: number
  readonly pureTurns: number
}
/** The kinds of batch that are asked. */
export const batchKinds = ['NDJSON', 'one request', 'array'] as const
export type BatchKind = (typeof batchKinds)[number]

/** Resident memory in MB over many lines in one request. */
export interface Memory {
  readonly lines: number
  readonly before: number
  readonly afterTenth: number
  readonly most: number
  readonly seconds: number
}

/** Prints the medians of all rounds, as a table or as JSON. */
export function printFigures(
  found: Record<BatchKind, Round[]>,
  {
    rounds,
    batch,
    memory,
    lines,
    bytes,
  }: {
    rounds: number
    batch: number
    memory: Memory | undefined
    lines: Record<BatchKind, number>
    bytes: Record<BatchKind, number>
  },
  json: boolean,
): void {
  const rows = batchKinds.map((name) => {
    const of = (value: (one: Round) => number): number => median(found[name].map(value))
    return {
      name,
      linesPerSecond: round((1000 * lines[name]) / of(({ processorMs }) => processorMs)),
      linesPerSecondByClock: round((1000 * lines[name]) / of(({ ms }) => ms)),
      bytes: bytes[name],
      ms: round(of(({ ms }) => ms)),
      parseMs: round(of(({ parse }) => parse)),
      control: round(of(({ parse, again }) => again / parse)),
      parseShare: round(of(({ parse, again, ms }) => (parse + again) / 2 / ms)),
      bothShare: round(of(({ parseBoth, ms }) => parseBoth / ms)),
      longestMs: round(of(({ longest }) => longest)),
      leastLongestMs: round(Math.min(...found[name].map(({ longest }) => longest))),
      pureTurnsMs: round(of(({ pureTurns }) => pureTurns)),
    }
  })
  if (json) {
    process.stdout.write(`${JSON.stringify({ rounds, batch, rows, memory })}\n`)
    return
  }
  process.stdout.write(
    `${'medians of rounds: '.concat(String(rounds)).padEnd(24)} lines/s of processor time  by the clock    bytes       ms  parse ms      A/A  parse ÷ it  both ÷ it   longest block  least of them  pure turns of 4 ms\n`,
  )
  for (const row of rows) {
    process.stdout.write(
      `${row.name.padEnd(20)} ${[row.linesPerSecond, row.linesPerSecondByClock, row.bytes, row.ms, row.parseMs, row.control, row.parseShare, row.bothShare, row.longestMs, row.leastLongestMs, row.pureTurnsMs].map((value, at) => String(value).padStart([29, 13, 8, 8, 9, 8, 11, 10, 15, 14, 19][at] ?? 8)).join(' ')}\n`,
    )
  }
  if (memory !== undefined)
    process.stdout.write(
      `${memory.lines} lines in ${memory.seconds} s: ${memory.before} MB before, at most ${memory.afterTenth} MB over the first tenth, at most ${memory.most} MB over all\n`,
    )
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
