/**
 * An object while it is put together. Its optional fields are assigned one by one: an object that is spread
 * beside other fields takes a hundred times as long to make, and an answer has dozens.
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }
