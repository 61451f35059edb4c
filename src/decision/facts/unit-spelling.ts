// UCUM is case-sensitive: `ML` is a megalitre, `PG` a petagauss, `Mg` a megagram. People and X12 claims write
// units in capitals, so these spellings of the units of drugs and laboratory results are accepted.

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

// The prefixes from mega upwards, before a unit. Only radioactivity, in becquerels, is measured in such
// amounts.
const large = /^(?:M|G|T|P|E|Z|Y)[A-Za-z[]/
const usedLarge = new Set(['MBq', 'GBq', 'TBq', 'Pa', 'Gy'])

/**
 * Converts a unit as people write it into UCUM: `MCG/ML` to `ug/mL`, `ML` to `mL`. Undefined for a unit that
 * is not in use, such as one with the prefix mega. The result may still be unknown to UCUM.
 */
export function ucumUnit(written: string): string | undefined {
  const parts = written.trim().split(/([./])/)
  const read = parts.map((part) => spellings[part.replace('µ', 'u').toLowerCase()] ?? part)
  return read.some((part) => large.test(part) && !usedLarge.has(part)) ? undefined : read.join('')
}
