/** What the modifiers of a line or an entry of the history tell about how many services it is. */
export interface ServiceModifiers {
  /** Discarded drug (JW): units that are paid, but no service. */
  readonly isDiscarded: boolean
  /** It may be a service beside another one of its day. */
  readonly saysSeveral: boolean
  /** The modifiers were not given, so any of them may be there. */
  readonly notGiven: boolean
}

// Repeat procedures, two visits of a day, and distinct services (HCPCS and CPT modifiers).
const several = new Set(['76', '77', '27', '59', 'XE', 'XP', 'XS', 'XU'])

/** Reads modifiers once for all that count; absent ones are unknown, an empty list says that there are none. */
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
