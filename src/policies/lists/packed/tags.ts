/**
 * The four lowest bits of the head of a packed value: its kind. The bits above are a number: an
 * index, or a length.
 */
export const tags = {
  /** A text of the dictionary. */
  text: 0,
  /** A template of the dictionary, followed by its numbers. */
  template: 1,
  /** Bytes of Latin-1. */
  latin1: 2,
  /** Bytes of UTF-16, which preserves any text. */
  utf16: 3,
  /** A text that came before in this record, by its position among the texts of the record. */
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
