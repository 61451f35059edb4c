/** The dose of one billing unit, in UCUM. */
export interface DosePerUnit {
  readonly value: number
  readonly unit: string
}

/**
 * Mass and volume as descriptors write them. Units, i.u. and mEq differ from drug to drug and are
 * left out.
 */
const ucum: Readonly<Record<string, string>> = {
  mcg: 'ug',
  microgram: 'ug',
  micrograms: 'ug',
  mg: 'mg',
  milligram: 'mg',
  milligrams: 'mg',
  g: 'g',
  gm: 'g',
  gms: 'g',
  gram: 'g',
  grams: 'g',
  ml: 'mL',
  milliliter: 'mL',
  milliliters: 'mL',
  cc: 'mL',
}

const number = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d*\\.?\\d+'
const unit = Object.keys(ucum)
  .sort((a, b) => b.length - a.length)
  .join('|')
/**
 * A descriptor that ends with its dose: `, 10 mg`, `, up to 1000 mcg`, `, per 25 mg`, `per gram`.
 */
const lastDose = new RegExp(
  `(?:,\\s*(?:per|up to|each)?\\s*|\\s(?:per|up to)\\s+)(?<value>${number})\\s*(?<unit>${unit})$|(?:,|\\s)\\s*per\\s+(?<single>${unit})$`,
  'i',
)
/** Words of more than one drug or more than one amount, of which the dose may be a part only. */
const severalThings =
  /\d\s*(?:mcg|micrograms?|mg|milligrams?|gms?|grams?|g|ml|cc|units?|i\.?u\.?|meq)\b|\d\s*\/\s*\d|\b(?:and|with|plus|combination|or)\b|[;/]|\bover\b|\bmore\b|\bless\b/i
/** Remarks at the end that leave the dose as it is; they carry no number. */
const remark =
  /\s*\((?=[^()]*\besrd\b|[^()]*\bcode may be used\b|[^()]*\bnot therapeutically equivalent\b)[^()0-9]*\)$/i

/** Codes whose descriptors name a drug: its dose is the unit that is billed. */
const isDrug = (code: string, text: string): boolean =>
  code.startsWith('J') || (/^[CQ]/.test(code) && /^injection\b/i.test(text))

/**
 * The dose of one unit where the long descriptor of a drug says it beyond doubt: one drug, one
 * amount, at the end. Anything else gives nothing, since a dose that is guessed would bill a wrong
 * number of units.
 */
export function dosePerUnitOf(code: string, descriptor: string): DosePerUnit | undefined {
  const text = descriptor.trim().replace(remark, '')
  if (!isDrug(code, text)) return undefined
  const found = lastDose.exec(text)
  if (found?.groups === undefined) return undefined
  if (severalThings.test(text.slice(0, found.index))) return undefined
  const { value = '1', unit: written = found.groups['single'] ?? '' } = found.groups
  const dose = { value: Number(value.replaceAll(',', '')), unit: ucum[written.toLowerCase()] ?? '' }
  return dose.value > 0 && dose.unit !== '' ? dose : undefined
}
