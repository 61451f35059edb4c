/** Most values of a kind whose text is kept; those that are not asked for again make room. */
const mostKept = 4096

/** The JSON of values that policy gives and many answers repeat, worked out once for each. Values may not change; keys are compared as a Map does. */
export function keptTexts<T> (): (value: T) => string {
  let [now, before] = [new Map<T, string>(), new Map<T, string>()]
  return value => {
    const kept = now.get(value)
    if (kept !== undefined) return kept
    const text = before.get(value) ?? JSON.stringify(value)
    if (now.size >= mostKept) [now, before] = [new Map(), now]
    now.set(value, text)
    return text
  }
}
