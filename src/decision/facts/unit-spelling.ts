// UCUM tells upper from lower case: `ML` is a megalitre there, `PG` a petagauss, `Mg` a megagram. People and X12 claims
// write units in capitals, so the units of drugs and laboratory results are read as people write them.

const volumes = ['uL', 'mL', 'dL', 'L']
const masses = ['pg', 'ng', 'ug', 'mg', 'g', 'kg']
const substance = ['pmol', 'nmol', 'umol', 'mmol', 'mol']
const spellings: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...volumes, ...masses, ...substance].map((unit) => [unit.toLowerCase(), unit])),
  mcg: 'ug',
  mcl: 'uL',
  gm: 'g',
  cc: 'mL',
}

// The prefixes from mega upwards, before a unit. Nobody doses or measures in such amounts, but for radioactivity in becquerels.
const large = /^(?:M|G|T|P|E|Z|Y)[A-Za-z[]/
const usedLarge = new Set(['MBq', 'GBq', 'TBq', 'Pa', 'Gy'])

/**
 * A unit as people write it, in UCUM: `MCG/ML` is `ug/mL`, `ML` is `mL`. Undefined for a unit that nobody means, such as one with
 * the prefix mega. Whether UCUM knows what is returned is for the caller to find out.
 */
export function ucumUnit(written: string): string | undefined {
  const parts = written.trim().split(/([./])/)
  const read = parts.map((part) => spellings[part.replace('µ', 'u').toLowerCase()] ?? part)
  return read.some((part) => large.test(part) && !usedLarge.has(part)) ? undefined : read.join('')
}
