/** An amount with its unit. */
export interface Dose {
  readonly value: number
  readonly unit: string
}

/** A dose in the unit that a code counts in: converted, or by the concentration of the liquid. */
export interface ConvertedDose {
  readonly dose: Dose
  readonly amount: number
  readonly unit: string
  readonly concentration: Dose | undefined
}

/** How the units of a line follow from its dose or its package. `exact` is not yet rounded up to whole units. */
export type BilledBy =
  | { readonly type: 'dose'; readonly exact: number; readonly given: ConvertedDose; readonly perUnit: Dose }
  | {
      readonly type: 'volume'
      readonly exact: number
      readonly millilitres: number
      readonly size: number
      readonly units: number
    }
  | {
      readonly type: 'quantity'
      readonly exact: number
      readonly quantity: number
      readonly unit: string
      readonly size: number
      readonly units: number
    }

/** What of the containers was discarded, and how many units of it are left to bill. */
export type Discarded =
  | { readonly type: 'nothing-discarded' }
  | {
      readonly type: 'discarded'
      readonly discarded: ConvertedDose
      readonly held: number
      readonly whole: number
      readonly forDose: number
      readonly units: number
    }

/** The steps by which the units of a line were reckoned. */
export type BillingSteps = ReadonlyArray<BilledBy | Discarded>
