/** What an HTML page is made of. */
export interface HtmlPage {
  readonly title: string
  readonly style: string
  /** Class of the body, where the style has one. */
  readonly bodyClass?: string
  /** What stands in the body, as HTML. */
  readonly content: string
}

/** A whole HTML document. It has no script, and loads nothing. */
export function htmlDocument({ title, style, bodyClass, content }: HtmlPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body${bodyClass === undefined ? '' : ` class="${bodyClass}"`}>
${content}
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text so that HTML shows it as it is, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** A link to a web address; of any other address only the text. */
export function htmlLink(url: string, text: string): string {
  return isWebAddress(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>`
    : escapeHtml(text)
}

/** Whether a link may lead there: `http` or `https`. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

/** Elements one after the other, each around one HTML text. */
export function elements(name: string, contents: readonly string[]): string {
  return contents.map((content) => `<${name}>${content}</${name}>`).join('')
}
