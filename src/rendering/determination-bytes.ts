import type { Determination } from '../decision/shapes/determination.js'
import { utf8 } from './byte-slab.js'
import type { PageFormat } from './formats.js'
import { answerAsHtml } from './pages/answer-html.js'
import { answerAsMarkdown } from './pages/answer-markdown.js'

const rendered: Readonly<Record<PageFormat, (determination: Determination) => string>> = {
  json: (determination) => JSON.stringify(determination),
  // A page is bytes before it is recorded, so half a surrogate pair is replaced here, not there.
  html: (determination) => wellFormed(answerAsHtml(determination)),
  markdown: (determination) => wellFormed(answerAsMarkdown(determination)),
}

/** Renders an answer as text: the JSON, or a page. */
export function determinationText(determination: Determination, format: PageFormat = 'json'): string {
  return rendered[format](determination)
}

/** The same in UTF-8. */
export function determinationBytes(determination: Determination, format: PageFormat = 'json'): Buffer {
  return utf8(determinationText(determination, format))
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}
