/** What a process told of itself at one moment, and how long answers took since the last. */
export interface Sample {
  readonly at: number
  readonly rss: number
  readonly heap: number
  readonly descriptors: number
  readonly resources: number
  readonly p50: number
  readonly p99: number
  readonly asked: number
}

/** A quantity in the first and last third of a run, each the median of its samples. */
export interface Drift {
  readonly first: number
  readonly last: number
  readonly percent: number
}

const warmUpShare = 0.2

/** How each quantity moved, the first fifth of the run left out: caches fill and code is compiled then. */
export function driftOf(
  samples: readonly Sample[],
): Readonly<Record<'rss' | 'heap' | 'descriptors' | 'resources' | 'p50' | 'p99', Drift>> {
  const warm = samples.slice(Math.floor(samples.length * warmUpShare))
  const third = Math.max(1, Math.floor(warm.length / 3))
  const drift = (of: (sample: Sample) => number): Drift => {
    const [first, last] = [median(warm.slice(0, third).map(of)), median(warm.slice(-third).map(of))]
    return { first, last, percent: first === 0 ? 0 : Math.round((last / first - 1) * 1_000) / 10 }
  }
  return {
    rss: drift((one) => one.rss),
    heap: drift((one) => one.heap),
    descriptors: drift((one) => one.descriptors),
    resources: drift((one) => one.resources),
    p50: drift((one) => one.p50),
    p99: drift((one) => one.p99),
  }
}

/** The value in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** One number of a text of metrics; NaN where it is not told. */
export function metricOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}
