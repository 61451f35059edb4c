// On a claim the labeler, product and package numbers have 5, 4 and 2 digits. Labels print one of the three a
// digit shorter.
const printed = /^([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})$/

/**
 * Returns a National Drug Code as 11 digits. The dashes show which group gets a leading zero. Undefined if
 * the spelling does not show it, as with 10 digits without dashes.
 */
export function elevenDigits(code: string): string | undefined {
  if (/^[0-9]{11}$/.test(code)) return code
  const [, labeler, product, size] = printed.exec(code) ?? []
  if (
    labeler === undefined ||
    product === undefined ||
    size === undefined ||
    labeler.length + product.length + size.length < 10
  )
    return undefined
  return labeler.padStart(5, '0') + product.padStart(4, '0') + size.padStart(2, '0')
}

/** The 11 digits with dashes, as 5-4-2. */
export function displayNdc(ndc: string): string {
  return `${ndc.slice(0, 5)}-${ndc.slice(5, 9)}-${ndc.slice(9)}`
}
