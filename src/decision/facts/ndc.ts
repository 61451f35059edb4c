// A package has labeler, product and package numbers of 5, 4 and 2 digits on a claim; labels print one of them a digit shorter.
const printed = /^([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})$/

/**
 * A National Drug Code as 11 digits: dashes tell which group is filled up with a zero in front. Undefined where the spelling does
 * not tell, as with 10 digits without dashes.
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

/** The 11 digits as they stand on a package and on a claim: 5-4-2 with dashes. */
export function displayNdc(ndc: string): string {
  return `${ndc.slice(0, 5)}-${ndc.slice(5, 9)}-${ndc.slice(9)}`
}
