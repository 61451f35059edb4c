import { types } from 'pg'

const { builtins } = types
const TEXT_ARRAY = 1009
const INT4_ARRAY = 1007
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182
const INT8_RANGE = 3926
const DATE_RANGE = 3912

const asText = (text: string): string => text
const asInstant = (text: string): string => new Date(text).toISOString()
// The driver's types lack the array types.
const asTextArray = types.getTypeParser(TEXT_ARRAY as never) as (text: string) => string[]

function asWholeNumber(text: string): number {
  const value = Number(text)
  // No revision or count is that large. A rounded number would be wrong without notice.
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a number`)
  return value
}

/**
 * How both drivers read each type: a date is `YYYY-MM-DD`, a timestamptz an ISO instant in UTC, an
 * int8 a number, json a value, an array an array; numeric and ranges stay text. By default the two
 * drivers disagree on dates and int8.
 */
export const typeParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [builtins.BOOL]: (text) => text === 't',
  [builtins.INT2]: Number,
  [builtins.INT4]: Number,
  [builtins.INT8]: asWholeNumber,
  [builtins.OID]: Number,
  [builtins.FLOAT4]: Number,
  [builtins.FLOAT8]: Number,
  [builtins.NUMERIC]: asText,
  [builtins.TEXT]: asText,
  [builtins.VARCHAR]: asText,
  [builtins.UUID]: asText,
  [builtins.JSON]: JSON.parse,
  [builtins.JSONB]: JSON.parse,
  [builtins.DATE]: asText,
  [builtins.TIMESTAMP]: asText,
  [builtins.TIMESTAMPTZ]: asInstant,
  [TEXT_ARRAY]: asTextArray,
  [INT4_ARRAY]: (text) => asTextArray(text).map(Number),
  [INT8_ARRAY]: (text) => asTextArray(text).map(asWholeNumber),
  [DATE_ARRAY]: asTextArray,
  [INT8_RANGE]: asText,
  [DATE_RANGE]: asText,
}
