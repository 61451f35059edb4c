import { Latest } from '../decision/remembered.js'

/** Most values of a kind whose text is kept, twice: those that are not asked for again make room. */
const mostKept = 4096

/** The JSON of values that policy gives and many answers repeat, worked out once for each. Values may not change; they are told apart as a Map does it. */
export function keptTexts<T>(): (value: T) => string {
  const latest = new Latest<T, string>(mostKept)
  return (value) => latest.find(value) ?? latest.keep(value, JSON.stringify(value))
}
