// The text format of Prometheus (version 0.0.4), as far as this service needs it.
// docs/contribute/dependencies.md says why it is our own.

/** A metric: all series of one name. It renders to one line per series. */
export interface Family {
  readonly render: () => string
}

/** The Content-Type of the text that `renderFamilies` returns. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** All families as one text, each with its help and type. */
export function renderFamilies(families: readonly Family[]): string {
  return families.map((family) => family.render()).join('')
}

// Label values come from closed sets. If one set is not closed after all, further values count as
// `other`, so that memory is bounded.
const mostSeries = 2_000
const between = '\u0000'

/** The series of some label values in `known`, or that of `other` where there are too many. */
function keyOf(known: ReadonlyMap<string, unknown>, values: readonly string[]): string {
  const key = values.length === 1 ? (values[0] ?? '') : values.join(between)
  return known.has(key) || known.size < mostSeries ? key : values.map(() => 'other').join(between)
}

/**
 * A number that only grows, one for each combination of label values; `labels` and values are in
 * the same order.
 */
export class Counter implements Family {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly string[]
  readonly #values = new Map<string, number>()

  constructor(name: string, help: string, labels: readonly string[] = []) {
    ;[this.#name, this.#help, this.#labels] = [name, help, labels]
  }

  /**
   * Adds to the series of these label values, which must come from a closed set: never from what a
   * caller sent.
   */
  add(values: readonly string[] = [], by = 1): void {
    const key = keyOf(this.#values, values)
    this.#values.set(key, (this.#values.get(key) ?? 0) + by)
  }

  render(): string {
    return (
      heading(this.#name, this.#help, 'counter') +
      [...this.#values]
        .map(
          ([key, value]) => `${this.#name}${braced(labelText(this.#labels, key.split(between)))} ${value}\n`,
        )
        .join('')
    )
  }
}

interface Observed {
  readonly counts: number[]
  sum: number
  count: number
}

/**
 * A histogram for each combination of label values: how many values were at most each bound, with
 * sum and count.
 */
export class Histogram implements Family {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly string[]
  readonly #bounds: readonly number[]
  readonly #observed = new Map<string, Observed>()

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    ;[this.#name, this.#help, this.#labels, this.#bounds] = [name, help, labels, bounds]
  }

  /** Counts a value for the series of these label values, which must come from a closed set. */
  observe(values: readonly string[], value: number): void {
    const key = keyOf(this.#observed, values)
    const observed = this.#observed.get(key) ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 }
    const at = this.#bounds.findIndex((bound) => value <= bound)
    if (at >= 0) observed.counts[at] = (observed.counts[at] ?? 0) + 1
    observed.sum += value
    observed.count++
    this.#observed.set(key, observed)
  }

  render(): string {
    return (
      heading(this.#name, this.#help, 'histogram') +
      [...this.#observed]
        .map(([key, observed]) => this.#lines(labelText(this.#labels, key.split(between)), observed))
        .join('')
    )
  }

  #lines(labels: string, { counts, sum, count }: Observed): string {
    let upTo = 0
    const buckets = this.#bounds.map((bound, at) => {
      upTo += counts[at] ?? 0
      return this.#bucket(labels, String(bound), upTo)
    })
    return `${buckets.join('')}${this.#bucket(labels, '+Inf', count)}${this.#name}_sum${braced(labels)} ${sum}\n${this.#name}_count${braced(labels)} ${count}\n`
  }

  #bucket(labels: string, bound: string, count: number): string {
    return `${this.#name}_bucket{${labels === '' ? '' : `${labels},`}le="${bound}"} ${count}\n`
  }
}

/** A gauge that is read at each scrape. While its value is undefined no line is written. */
export function gauge(
  name: string,
  help: string,
  read: () => number | undefined,
  labels: Readonly<Record<string, string>> = {},
  type: 'gauge' | 'counter' = 'gauge',
): Family {
  return {
    render() {
      const value = read()
      return value === undefined
        ? ''
        : `${heading(name, help, type)}${name}${braced(labelText(Object.keys(labels), Object.values(labels)))} ${value}\n`
    },
  }
}

/**
 * Gauges that are read at each scrape, one for each combination of label values; none are written
 * where there are none.
 */
export function gauges(
  name: string,
  help: string,
  labels: readonly string[],
  read: () => ReadonlyArray<{ readonly values: readonly string[]; readonly value: number }>,
): Family {
  return {
    render() {
      const found = read()
      return found.length === 0
        ? ''
        : heading(name, help, 'gauge') +
            found
              .map(({ values, value }) => `${name}${braced(labelText(labels, values))} ${value}\n`)
              .join('')
    },
  }
}

function heading(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function labelText(labels: readonly string[], values: readonly string[]): string {
  return labels.map((label, at) => `${label}="${escaped(values[at] ?? '')}"`).join()
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`))
}
