import { isState } from '../../decision/codes.js'
import type { PlainDate } from '../../decision/codes.js'
import type { Area, contractorTypes } from '../../decision/area.js'
import { publishedDate } from './dates.js'
import type { Tables } from './tables.js'
import { plainTitle } from './texts.js'

export type ContractorType = (typeof contractorTypes)[number]
interface Contractor {
  readonly name: string
  readonly number: string
  readonly type: ContractorType | undefined
  readonly typeName: string
}
interface Reach {
  readonly state: string
  readonly from: PlainDate | undefined
  readonly through: PlainDate | undefined
}

/** Where a version applies: areas, who publishes it, and what of it could not be placed. */
export interface Place {
  readonly areas: readonly Area[]
  readonly publishers: readonly string[]
  /** Contractor types that this service does not tell apart, such as home health and hospice. */
  readonly otherTypes: readonly string[]
  /** Contractors of a known type for which the export gives no state at all. */
  readonly unplaced: readonly string[]
  readonly unplacedTypes: readonly ContractorType[]
}

/** The types of contractors whose claims this service tells apart, by their names in the export and in the index. */
export function contractorTypeNamed(text: string): ContractorType | undefined {
  return known[text.toLowerCase().replace(/[^a-z]/g, '')]
}
const known: Readonly<Record<string, ContractorType>> = {
  macparta: 'mac-part-a',
  macpartb: 'mac-part-b',
  dmemac: 'dme-mac',
}

/** The key of a contractor: the same one may have several types and versions. */
export const contractorKey = (row: {
  readonly contractor_id: string
  readonly contractor_type_id: string
  readonly contractor_version: string
}): string => `${row.contractor_id} ${row.contractor_type_id} ${row.contractor_version}`

/** The contractors of an export with the states that each has had, and when. */
export class Contractors {
  private readonly byKey = new Map<string, Contractor>()
  private readonly reaches = new Map<string, Map<string, Reach>>()

  /** Reads the lookups of the export. */
  static async read(tables: Tables): Promise<Contractors> {
    const read = new Contractors()
    const types = new Map<string, string>()
    const states = new Map<string, string>()
    await tables.each('contractor_type_lookup', (row) => {
      types.set(row.contractor_type_id, row.description)
      return undefined
    })
    await tables.each('state_lookup', (row) => {
      states.set(row.state_id, row.state_abbrev.toUpperCase())
      return undefined
    })
    await tables.each('contractor', (row) => {
      const typeName = types.get(row.contractor_type_id) ?? `type ${row.contractor_type_id}`
      read.byKey.set(contractorKey(row), {
        name: plainTitle(row.contractor_bus_name).slice(0, 200),
        number: row.contractor_number,
        type: contractorTypeNamed(typeName),
        typeName,
      })
      return undefined
    })
    await tables.each('contractor_jurisdiction', (row) => {
      const [from, through] = [publishedDate(row.active_date), publishedDate(row.term_date)]
      if (from === null)
        return { column: 'active_date', reason: `${JSON.stringify(row.active_date)} is not a date` }
      if (through === null)
        return { column: 'term_date', reason: `${JSON.stringify(row.term_date)} is not a date` }
      const state = states.get(row.state_id) ?? ''
      if (!isState(state))
        return {
          column: 'state_id',
          reason: `${JSON.stringify(row.state_id)} is no state of state_lookup.csv that is known here${state === '' ? '' : ` (${state})`}`,
        }
      const key = contractorKey(row)
      const its = read.reaches.get(key) ?? new Map<string, Reach>()
      its.set(`${state} ${from ?? ''} ${through ?? ''}`, { state, from, through })
      read.reaches.set(key, its)
      return undefined
    })
    return read
  }

  /** The states that contractors of a type have on a day, with their names; for comparing with the index. */
  *serving(
    day: PlainDate,
  ): Iterable<{ readonly name: string; readonly type: ContractorType; readonly states: readonly string[] }> {
    for (const [key, { name, type }] of this.byKey)
      if (type !== undefined) yield { name, type, states: this.statesOf(key, day) }
  }

  /** Where the contractors of a version apply it on a day. An area is one type of contractor, types with the same states drawn together. */
  placeOf(keys: readonly string[], day: PlainDate): Place {
    const found = keys.map((key) => ({ key, contractor: this.byKey.get(key) }))
    const otherTypes = found
      .filter(({ contractor }) => contractor?.type === undefined)
      .map(({ key, contractor }) => contractor?.typeName ?? `contractor ${key}`)
    const ours = found.flatMap(({ key, contractor }) =>
      contractor?.type === undefined
        ? []
        : [{ key, ...contractor, type: contractor.type, states: this.statesOf(key, day) }],
    )
    const unplaced = ours.filter(({ key }) => !this.reaches.has(key))
    const areas: Area[] = []
    for (const type of unique(ours.map((one) => one.type)).sort()) {
      const these = ours.filter((one) => one.type === type && one.states.length > 0)
      const states = unique(these.flatMap((one) => one.states)).sort()
      if (states.length === 0) continue
      // A number that is listed shuts out every other number, so a list has to be whole.
      const numbers = these.every((one) => /^\d{5}$/.test(one.number) && one.states.length === 1)
        ? unique(these.map(({ number }) => number)).sort()
        : []
      const same = areas.find(
        (area) =>
          area.states?.join() === states.join() && (area.contractorNumbers ?? []).join() === numbers.join(),
      )
      if (same === undefined)
        areas.push({
          states,
          contractorTypes: [type],
          ...(numbers.length === 0 || numbers.length > 50 ? {} : { contractorNumbers: numbers }),
        })
      else same.contractorTypes?.push(type)
    }
    return {
      areas,
      publishers: unique(
        ours.filter(({ key, states }) => states.length > 0 || !this.reaches.has(key)).map(({ name }) => name),
      ).sort(),
      otherTypes: unique(otherTypes),
      unplaced: unique(unplaced.map(({ name }) => name)),
      unplacedTypes: unique(unplaced.map(({ type }) => type)).sort(),
    }
  }

  private statesOf(key: string, day: PlainDate): string[] {
    const reaches = [...(this.reaches.get(key)?.values() ?? [])]
    return unique(
      reaches
        .filter(
          ({ from, through }) =>
            (from === undefined || from <= day) && (through === undefined || day <= through),
        )
        .map(({ state }) => state),
    )
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
