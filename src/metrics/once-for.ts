/**
 * Memoizes `derive` for the last object: metrics read the policy in memory every few seconds, and
 * it rarely changes.
 */
export function onceFor<From extends object, To>(derive: (from: From) => To): (from: From) => To {
  let last: { readonly from: From; readonly to: To } | undefined
  return (from) => {
    if (last?.from !== from) last = { from, to: derive(from) }
    return last.to
  }
}
