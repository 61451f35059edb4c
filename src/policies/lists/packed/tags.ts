/**
 * What the four lowest bits of a head say of a packed value; the bits above are a number: which
 * one, or how many.
 */
export const tags = {
  /** A text of the dictionary. */
  text: 0,
  /** A skeleton of the dictionary, followed by its numbers. */
  skeleton: 1,
  /** So many bytes of Latin-1. */
  latin1: 2,
  /** So many bytes of UTF-16, which keeps every text as it is. */
  utf16: 3,
  /** The text that stood in this record before, counted from its first own one. */
  again: 4,
  /** An object of a shape of the dictionary, followed by its values. */
  object: 5,
  array: 6,
  /** A value of the dictionary. */
  shared: 7,
  whole: 8,
  /** null, false or true. */
  constant: 9,
  /** Eight bytes follow. */
  double: 10,
} as const

export const tagBits = 4
export const constants: readonly unknown[] = [null, false, true]
