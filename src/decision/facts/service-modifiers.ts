/** What the modifiers of a line or a history entry say about the number of services. */
export interface ServiceModifiers {
  /** Discarded drug (JW): its units are paid, but it is no service. */
  readonly isDiscarded: boolean
  /** It may be a second service of its day. */
  readonly saysSeveral: boolean
  /** The modifiers were not given, so any of them may be there. */
  readonly notGiven: boolean
}

// Repeat procedures, two visits of a day, and distinct services (HCPCS and CPT modifiers).
const several = new Set(['76', '77', '27', '59', 'XE', 'XP', 'XS', 'XU'])

/** Reads modifiers. Undefined means that they were not given; an empty list means that there are none. */
export function serviceModifiers(modifiers: readonly string[] | undefined): ServiceModifiers {
  if (modifiers === undefined) return notGiven
  if (modifiers.length === 0) return none
  const upper = modifiers.map((modifier) => modifier.toUpperCase())
  return {
    isDiscarded: upper.includes('JW'),
    saysSeveral: upper.some((modifier) => several.has(modifier)),
    notGiven: false,
  }
}

const notGiven: ServiceModifiers = { isDiscarded: false, saysSeveral: false, notGiven: true }
const none: ServiceModifiers = { isDiscarded: false, saysSeveral: false, notGiven: false }
