// The few words that generated policies and requests share, so that rules really match and dates fall on boundaries.

export const procedures = ['J3420', 'J3425', '96372'] as const
/** A code whose number lies between others, though its form is another one. */
export const otherForm = '9637T'
export const unknownProcedure = 'Q0001'
export const procedureLists: readonly (readonly string[])[] = [
  ['J3420'],
  ['J3425'],
  ['J3420', 'J3425'],
  ['J3000-J3999'],
  ['A0000-Z9999', '00000-99999'],
  ['90000-99999'],
  ['J3420', '90000-99999'],
  ['96372'],
  ['Q0001', 'J3000-J3420'],
]

// D51 and K9082 are headers, D519 ends, K90821 begins late, K900 comes and goes, ZZZ9 is no code and E440 is listed nowhere.
export const billable = ['D510', 'D511', 'E538', 'T50991A', 'E440'] as const
export const awkward = ['D51', '2810', 'K9082', 'K90821', 'D519', 'K900', 'ZZZ9', 'D5199', 'E99'] as const
/** Codes that never come first on a claim, and two that look like it. */
export const neverFirst = [
  'W19XXXA',
  'T50995A',
  'T4595XA',
  'T452X6A',
  'S060X0S',
  'T452X1A',
  'T510X1A',
] as const
export const diagnosisPatterns = [
  'D510',
  'D511',
  'D51*',
  'E538',
  'K90*',
  'T50991A',
  'T50*',
  'E440',
  'K90821',
  'D519',
] as const

export const states = ['FL', 'GA', 'NY', 'QN', 'DN', 'UN', 'MO', 'EM', 'WM', 'CA', 'NF'] as const
export const stateLists: readonly (readonly string[])[] = [
  ['FL'],
  ['FL', 'NY'],
  ['QN'],
  ['DN', 'QN', 'UN'],
  ['QN', 'DN', 'FL'],
  ['EM', 'WM'],
  ['WM', 'GA'],
  ['GA', 'MO'],
  ['NY', 'QN'],
  ['FL', 'GA', 'NY', 'MO', 'CA'],
]
export const contractorNumbers = ['09102', '13202', '05302'] as const

export const places = ['11', '22', '12'] as const
/** Where a tidy line is furnished: an office or a home, a hospital now and then. */
export const placesOfTidyLines = [
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '12',
  '12',
  '22',
] as const
/** Where other lines are furnished: hospitals, other facilities and nowhere at all among them. */
export const placesOfLines = [
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '11',
  '12',
  '12',
  '22',
  '19',
  '24',
  '31',
  '02',
  '10',
] as const
export const modifiers = ['JW', 'JZ', '76', 'GA'] as const
/** Modifiers that may tell separate services from one another, and some that look like it. */
export const pairModifiers = ['59', 'LT', '25', 'XS', '22', '77', '27', '26', 'TC'] as const
/** National Drug Codes as the crosswalks list them, and as lines spell them: the last two could be several packages, or none. */
export const ndcs = ['00517003125', '00517065001', '12345067801'] as const
export const spelledNdcs = [
  '00517-0031-25',
  '00517003125',
  '0517-0031-25',
  '00517-0650-01',
  '00517-0650-1',
  '12345-678-01',
  '55555-0001-01',
  '0517003125',
  '00517-003125',
] as const
export const taxonomies = ['207R00000X', '363L00000X'] as const
export const npis = ['1111111111', '2222222222'] as const
export const items = ['oral-trial-failed', 'rationale', 'low-b12-history'] as const
export const loincs = ['2132-9', '13964-7'] as const

/** Dates of service: month ends, leap days, and the days beside the boundaries below. */
export const serviceDates = [
  '2027-12-31',
  '2028-01-01',
  '2028-01-30',
  '2028-01-31',
  '2028-02-28',
  '2028-02-29',
  '2028-03-01',
  '2028-03-30',
  '2028-03-31',
  '2028-04-01',
  '2028-04-30',
] as const
/** Where versions, rules, editions and codes begin and end. */
export const boundaries = [
  '2027-10-01',
  '2028-01-01',
  '2028-01-31',
  '2028-02-29',
  '2028-03-01',
  '2028-03-31',
  '2028-04-30',
  '2028-10-01',
] as const
export const longAgo = '2020-01-01'
