/** The dose of one billing unit: a number and its UCUM unit. */
export interface DosePerUnit {
  readonly value: number
  readonly unit: string
}

/**
 * Units of mass and volume in descriptors, with their UCUM units. International units and mEq are not
 * among them, because their mass differs from drug to drug.
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
/** A dose at the end of a descriptor: `, 10 mg`, `, up to 1000 mcg`, `, per 25 mg`, `per gram`. */
const lastDose = new RegExp(
  `(?:,\\s*(?:per|up to|each)?\\s*|\\s(?:per|up to)\\s+)(?<value>${number})\\s*(?<unit>${unit})$|(?:,|\\s)\\s*per\\s+(?<single>${unit})$`,
  'i',
)
/** Signs of several drugs or amounts, where the dose at the end may be only a part. */
const severalThings =
  /\d\s*(?:mcg|micrograms?|mg|milligrams?|gms?|grams?|g|ml|cc|units?|i\.?u\.?|meq)\b|\d\s*\/\s*\d|\b(?:and|with|plus|combination|or)\b|[;/]|\bover\b|\bmore\b|\bless\b/i
/** Remarks at the end that do not change the dose. They have no number. */
const remark =
  /\s*\((?=[^()]*\besrd\b|[^()]*\bcode may be used\b|[^()]*\bnot therapeutically equivalent\b)[^()0-9]*\)$/i

/** Whether a code is for a drug. The dose in its descriptor is then the billing unit. */
const isDrug = (code: string, text: string): boolean =>
  code.startsWith('J') || (/^[CQ]/.test(code) && /^injection\b/i.test(text))

/**
 * The dose of one billing unit where the long descriptor of a drug gives it without doubt: one drug, one
 * amount, at the end. Otherwise undefined, because a wrong dose would bill a wrong number of units.
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
