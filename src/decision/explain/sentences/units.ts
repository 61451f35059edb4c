import type { UnitsReason, UnitsUnknown } from '../../reasons/units.js'
import { count } from '../wording.js'
import { billingInWords } from './billing.js'
import type { SentencesOf } from './sentences-of.js'

// NCCI Policy Manual ch. I §V: what each MUE adjudication indicator means to the one who bills.
const meaning: Readonly<Record<number, string>> = {
  1: 'The limit holds for each claim line (MAI 1); where the record supports more, they go on further lines with a modifier that says why.',
  2: 'The units of the day are summed and the limit is absolute (MAI 2).',
  3: 'The units of the day are summed (MAI 3); the contractor may allow more on review of the records.',
}

type OfDay = Extract<UnitsReason, { code: 'units-within-maximum' | 'units-exceed-maximum' }>
type NotPayable = Extract<UnitsReason, { code: 'code-discontinued' | 'not-payable-in-setting' }>

/** The sentences on units. */
export const unitsSentences: SentencesOf<UnitsReason> = {
  'code-discontinued': notPayable,
  'not-payable-in-setting': notPayable,
  'units-within-maximum': ofDay,
  'units-exceed-maximum': ofDay,
  'units-unknown': ({ limit, why }) =>
    withMeaning(limit, `${limitInWords(limit.maximum)}; ${whyUnknown(why)}`),
  'units-within-maximum/span': ({ limit, days }) =>
    withMeaning(
      limit,
      `${limitInWords(limit.maximum)} a day; even on one of the ${days} days of this line, all its units would be within it.`,
    ),
  'units-exceed-maximum/span': ({ limit, days, units }) =>
    withMeaning(
      limit,
      `${limitInWords(limit.maximum)} a day; the line has ${units} on ${days} days, more on average.`,
    ),
  'date-span/units': ({ limit, days }) =>
    `${limitInWords(limit.maximum)} a day; the line spans ${days} days, and units per day cannot be told from it. Bill one line per date to have them checked.`,
  'rule-not-loaded/units': () =>
    'No unit limit of this plan is loaded for the code. There may be one all the same: some are not published.',
}

function ofDay({ code, limit, billed }: OfDay): string {
  const said = withMeaning(limit, `${limitInWords(limit.maximum)}; ${billedInWords(billed)}.`)
  return code === 'units-exceed-maximum' && limit.adjudicationIndicator === 3 ? `${said} ${noNotice}` : said
}

// NCCI Policy Manual ch. I §V: a denial by an MUE is no denial for medical necessity.
const noNotice = 'An ABN cannot shift an MUE denial to the patient.'

function notPayable({ code, billed, rationale }: NotPayable): string {
  return `${limitInWords(0)}; ${billedInWords(billed)}. ${whyNone(code, rationale)}`
}

function billedInWords({ least, most }: OfDay['billed']): string {
  const verb = least === 1 ? 'is' : 'are'
  return least === most ? `${least} ${verb} billed` : `at least ${least} ${verb} billed`
}

/** Why no unit is payable, as far as the row says so: only that of a discontinued drug tells that no other setting takes it. */
function whyNone(code: NotPayable['code'], rationale: string | undefined): string {
  if (rationale === undefined)
    return 'The source does not say why. Look whether another setting, or another kind of supplier, bills the code.'
  return code === 'code-discontinued'
    ? `The table gives as its reason: ${rationale}. Check that the code is that of the drug or service given.`
    : `The table gives as its reason: ${rationale}. Look whether another setting, or another kind of supplier, bills the code.`
}

function limitInWords(maximum: number): string {
  return maximum === 0
    ? 'No unit is payable in this setting'
    : `At most ${count(maximum, 'unit', 'units')} may be billed`
}

function withMeaning({ adjudicationIndicator }: OfDay['limit'], sentence: string): string {
  return `${sentence} ${meaning[adjudicationIndicator] ?? ''}`.trim()
}

/** Why the units are not known: none given, a dose that does not convert, or figures that disagree. */
function whyUnknown(why: UnitsUnknown): string {
  switch (why.type) {
    case 'figures-disagree':
      return `the figures of the line do not agree. ${billingInWords(why.calculation)}${
        why.units === undefined ? '' : ` ${count(why.units, 'unit is', 'units are')} billed.`
      }`
    case 'dose-does-not-convert':
      return `the dose of ${why.value} ${why.unit} cannot be turned into units of this code.`
    case 'not-given':
      return 'the units of the line are not given.'
    case 'not-certain':
      return 'how many are billed that day is not certain.'
  }
}
