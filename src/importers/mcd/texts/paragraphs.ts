import type { Reading } from './reading.js'

/**
 * The texts of an article beside its lists of codes. `information` is the additional ICD-10
 * information, `body` the running text.
 */
export type TextPlace = 'covered' | 'footnote' | 'noncovered' | 'hcpcs' | 'information' | 'body'

/** Names a text of an article: its place and, where it belongs to a group, the number of the group. */
export interface TextKey {
  readonly place: TextPlace
  /** Absent for a text that belongs to no group. */
  readonly number?: number
}

/** The name of a text as overlays and the report write it: `covered 2`, `information`. */
export const textName = ({ place, number }: TextKey): string =>
  number === undefined ? place : `${place} ${number}`

/** The readings of the texts of an article, by place and group. */
export class Paragraphs {
  private readonly byPlace = new Map<TextPlace, Map<number, Reading>>()

  set({ place, number = 0 }: TextKey, reading: Reading): void {
    const its = this.byPlace.get(place) ?? new Map<number, Reading>()
    its.set(number, reading)
    this.byPlace.set(place, its)
  }

  get({ place, number = 0 }: TextKey): Reading | undefined {
    return this.byPlace.get(place)?.get(number)
  }

  /** The texts of one place by the number of their group, in the order of the table. */
  of(place: TextPlace): ReadonlyMap<number, Reading> {
    return this.byPlace.get(place) ?? new Map()
  }

  all(): Array<{ readonly key: TextKey; readonly reading: Reading }> {
    return [...this.byPlace].flatMap(([place, its]) =>
      [...its].map(([number, reading]) => ({ key: { place, number }, reading })),
    )
  }
}
