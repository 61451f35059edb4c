import type { FrequencyVerdict } from './answers.js'

/** Too soon or too often, nothing on file cures it, and its rule denies more than the limit. */
export function frequencyFails({ onExceed }: Pick<FrequencyVerdict, 'onExceed'>): boolean {
  return onExceed === 'deny'
}
