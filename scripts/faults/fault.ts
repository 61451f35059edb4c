/** How a fault is tried. */
export interface FaultSettings {
  /** PostgreSQL on which databases are made and dropped. */
  readonly databaseUrl: string
  /** How long it lasts, where that can be said. */
  readonly seconds: number
  readonly say: (line: string) => void
}

/** What was found: `wrong` is empty when all was as it should be. `skipped`: why it could not be tried here. */
export interface FaultFound {
  readonly figures: Readonly<Record<string, number | string>>
  readonly wrong: readonly string[]
  readonly skipped?: string
}

export interface FaultTrial {
  readonly name: string
  readonly about: string
  readonly run: (settings: FaultSettings) => Promise<FaultFound>
}

/** The reasons for which `wrong` is not empty: those whose condition does not hold. */
export function unless(...conditions: ReadonlyArray<readonly [holds: boolean, what: string]>): string[] {
  return conditions.flatMap(([holds, what]) => (holds ? [] : [what]))
}

/** A share of sorted numbers, such as 0.99; NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
}

export const noServer = (databaseUrl: string): FaultFound => ({
  figures: {},
  wrong: [],
  skipped: `no PostgreSQL answers at ${new URL(databaseUrl).host}`,
})
