import { isWebAddress } from './html-text.js'

/** Escapes a text so that Markdown shows it as it is: no markup, no HTML, no list, one line. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#~&]/g, (character) => `\\${character}`)
    .replace(/^( ?)([-+=]|\d+(?=[.)]))/, (_, space: string, start: string) =>
      /\d/.test(start) ? `${space}${start}\\` : `${space}\\${start}`,
    )
}

/** A web address that Markdown links; any other address as text. */
export function markdownLink(url: string): string {
  return isWebAddress(url) ? `<${url.replace(/[\s<>\\]/g, encodeURIComponent)}>` : plainMarkdown(url)
}

/** The numbers of sources behind a text. */
export function markdownPointers(numbers: readonly number[]): string {
  return numbers.map((number) => ` \\[${number}\\]`).join('')
}
