import { isState } from '../../../decision/shapes/codes.js'
import type { PlainDate } from '../../../decision/shapes/codes.js'
import { contractorTypes, type Area } from '../../../decision/shapes/area.js'
import { publishedDate } from './dates.js'
import type { Tables } from './tables.js'
import { plainTitle } from '../texts/plain-text.js'

export type ContractorType = (typeof contractorTypes)[number]
interface Contractor {
  readonly name: string
  readonly number: string
  /** The types of claims it processes; empty where a claim does not show that it belongs to its type. */
  readonly types: readonly ContractorType[]
  readonly typeName: string
}
interface Reach {
  readonly state: string
  readonly from: PlainDate | undefined
  readonly through: PlainDate | undefined
}

/** Where a version applies: its areas and publishers, and the contractors whose area is not known. */
export interface Place {
  readonly areas: readonly Area[]
  readonly publishers: readonly string[]
  /** Contractor types that claims do not tell apart, such as home health and hospice. */
  readonly otherTypes: readonly string[]
  /** Names of contractors of a known type for which the export has no state. */
  readonly unplaced: readonly string[]
  readonly unplacedTypes: readonly ContractorType[]
}

/**
 * The types of claims that a contractor processes, by the name of its type in the export or the index.
 * Empty for types that claims do not tell apart, such as home health and hospice; undefined for an
 * unknown name.
 */
export function contractorTypesNamed(text: string): readonly ContractorType[] | undefined {
  return knownTypes[plainName(text)]
}
const plainName = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')
const partAAndB = ['mac-part-a', 'mac-part-b'] as const
const knownTypes: Readonly<Record<string, readonly ContractorType[]>> = {
  macparta: ['mac-part-a'],
  macpartb: ['mac-part-b'],
  dmemac: ['dme-mac'],
  aandbmac: partAAndB,
  aandbandhhhmac: partAAndB,
  hhhmac: [],
  // Contractor types from before the Medicare administrative contractors. None of their documents is
  // from the time of ICD-10-CM.
  carrier: [],
  fi: [],
  rhhi: [],
  dmerc: [],
  workgroup: [],
  dmepsc: [],
  dmepscmac: [],
}

/**
 * Subtypes of a contractor type for both Part A and Part B. The subtype tells to which of the two a
 * contractor number belongs.
 */
const knownSubtypes: Readonly<Record<string, readonly ContractorType[]>> = {
  maca: ['mac-part-a'],
  macb: ['mac-part-b'],
  hhhmac: [],
}

/** Abbreviations of the export that differ from the postal ones, with the postal ones. */
const statesAsPosted: Readonly<Record<string, string>> = { CNMI: 'MP' }

/** The key of a contractor. One contractor id may have several types and versions. */
export const contractorKey = (row: {
  readonly contractor_id: string
  readonly contractor_type_id: string
  readonly contractor_version: string
}): string => `${row.contractor_id} ${row.contractor_type_id} ${row.contractor_version}`

/** A row of the export with a state that the import does not know. */
interface UnknownState {
  readonly state: string
  readonly contractor: string
}

/** The contractors of an export, and the states of each with their first and last days. */
export class Contractors {
  private readonly byKey = new Map<string, Contractor>()
  private readonly reaches = new Map<string, Map<string, Reach>>()
  private readonly unknownStates: UnknownState[] = []
  private readonly uncertain = new Set<ContractorType>()

  /** Reads the tables of contractors, types and states. */
  static async read(tables: Tables): Promise<Contractors> {
    const read = new Contractors()
    await read.readContractors(tables)
    await read.readStates(tables)
    return read
  }

  /**
   * Contractor types for which some contractor or state is unknown. The import declares nothing complete
   * for them.
   */
  get uncertainTypes(): ReadonlySet<ContractorType> {
    return this.uncertain
  }

  /** Lines of the report on rows with unknown states, which the import leaves out. */
  notes(): string[] {
    const states = [...new Set(this.unknownStates.map(({ state }) => state))]
    return states.map((state) => {
      const its = this.unknownStates.filter((one) => one.state === state)
      const names = [...new Set(its.map(({ contractor }) => contractor))]
      return `LEFT OUT: ${its.length} ${its.length === 1 ? 'row' : 'rows'} of contractor_jurisdiction.csv with the state ${state}, which is not known here. Documents of ${names.join(', ')} do not apply there, and nothing is declared complete for contractors of their types.`
    })
  }

  private async readContractors(tables: Tables): Promise<void> {
    const types = await namesIn(tables, 'contractor_type_lookup')
    const subtypes = await namesIn(tables, 'contractor_subtype_lookup')
    await tables.each('contractor', (row) => {
      const typeName = types.get(row.contractor_type_id) ?? `type ${row.contractor_type_id}`
      const known = contractorTypesNamed(typeName)
      const subtypeName = subtypes.get(row.contractor_subtype_id) ?? ''
      const side = known === partAAndB ? knownSubtypes[plainName(subtypeName)] : undefined
      this.byKey.set(contractorKey(row), {
        name: plainTitle(row.contractor_bus_name).slice(0, 200),
        number: row.contractor_number,
        types: side ?? known ?? [],
        typeName: side?.length === 0 ? subtypeName : typeName,
      })
      if (known !== undefined) return undefined
      for (const type of contractorTypes) this.uncertain.add(type)
      return {
        column: 'contractor_type_id',
        reason: `the type ${JSON.stringify(typeName.slice(0, 60))} of the contractor is not known here, so that nobody can tell for which claims its documents are`,
      }
    })
  }

  private async readStates(tables: Tables): Promise<void> {
    const states = new Map<string, string>()
    await tables.each('state_lookup', (row) => {
      const written = row.state_abbrev.toUpperCase()
      states.set(row.state_id, statesAsPosted[written] ?? written)
      return undefined
    })
    await tables.each('contractor_jurisdiction', (row) => {
      const [from, through] = [publishedDate(row.active_date), publishedDate(row.term_date)]
      if (from === null)
        return { column: 'active_date', reason: `${JSON.stringify(row.active_date)} is not a date` }
      if (through === null)
        return { column: 'term_date', reason: `${JSON.stringify(row.term_date)} is not a date` }
      const state = states.get(row.state_id)
      if (state === undefined || !isState(state)) this.leaveOut(contractorKey(row), state, row.state_id)
      else this.addReach(contractorKey(row), { state, from, through })
      return undefined
    })
  }

  private addReach(key: string, reach: Reach): void {
    const its = this.reaches.get(key) ?? new Map<string, Reach>()
    its.set(`${reach.state} ${reach.from ?? ''} ${reach.through ?? ''}`, reach)
    this.reaches.set(key, its)
  }

  private leaveOut(key: string, state: string | undefined, stateId: string): void {
    const contractor = this.byKey.get(key)
    for (const type of contractor?.types ?? contractorTypes) this.uncertain.add(type)
    this.unknownStates.push({
      state:
        state === undefined
          ? `number ${stateId.slice(0, 20)}`
          : `${state.slice(0, 20)} (number ${stateId.slice(0, 20)})`,
      contractor: contractor?.name ?? `contractor ${key}`,
    })
  }

  /** The contractors of each type with their states on a day, to compare them with the document index. */
  *serving(
    day: PlainDate,
  ): Iterable<{ readonly name: string; readonly type: ContractorType; readonly states: readonly string[] }> {
    for (const [key, { name, types }] of this.byKey)
      for (const type of types) yield { name, type, states: this.statesOf(key, day) }
  }

  /**
   * Where the contractors of a version apply it on a day. Each area has one contractor type, or several
   * types with the same states and numbers.
   */
  placeOf(keys: readonly string[], day: PlainDate): Place {
    const found = keys.map((key) => ({ key, contractor: this.byKey.get(key) }))
    const otherTypes = found
      .filter(({ contractor }) => contractor === undefined || contractor.types.length === 0)
      .map(({ key, contractor }) => contractor?.typeName ?? `contractor ${key}`)
    const ours = found.flatMap(({ key, contractor }) =>
      contractor === undefined
        ? []
        : contractor.types.map((type) => ({ key, ...contractor, type, states: this.statesOf(key, day) })),
    )
    const unplaced = ours.filter(({ key }) => !this.reaches.has(key))
    const areas: Area[] = []
    for (const type of unique(ours.map((one) => one.type)).sort()) {
      const these = ours.filter((one) => one.type === type && one.states.length > 0)
      const states = unique(these.flatMap((one) => one.states)).sort()
      if (states.length === 0) continue
      // An area with contractor numbers applies to no other number, so it has them only where every number
      // is known and belongs to one state.
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

async function namesIn(
  tables: Tables,
  table: 'contractor_type_lookup' | 'contractor_subtype_lookup',
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  await tables.each(table, (row) => {
    names.set(row.id, row.description)
    return undefined
  })
  return names
}
