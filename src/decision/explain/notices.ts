import type { DueNotice } from '../notices/notices.js'
import type { Notice } from '../shapes/determination.js'
import type { Sources } from './sources.js'

/** A notice with where it is said; the step of the line has its words. */
export function noticeInWords(
  { code, basis, liable, reasonCodes, text }: DueNotice,
  sources: Sources,
): Notice {
  return {
    code,
    basis,
    reasonCodes: [...reasonCodes],
    liable,
    modifiers: text.modifiers.map((one) => ({ ...one })),
    citations: text.sources.map(({ source, section }) => sources.citeDocument('cms-manual', source, section)),
  }
}
