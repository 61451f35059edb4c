import { createHash } from 'node:crypto'

const tagsIn = (html: string): string[] =>
  [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name ?? '')

/** What keeps an HTML page from being read by whoever cannot see it: landmarks, headings, header cells, ids, elements that are not closed. */
export function structureFaults(html: string): string[] {
  const tags = tagsIn(html)
  const levels = tags.filter((tag) => /^h[1-6]$/.test(tag)).map((tag) => Number(tag[1]))
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  const targets = [...html.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/g)].map(([, target]) => target)
  return [
    ...['header', 'main', 'footer', 'h1']
      .filter((landmark) => tags.filter((tag) => tag === landmark).length !== 1)
      .map((landmark) => `not one ${landmark}`),
    ...levels
      .filter((level, place) => (place === 0 ? level !== 1 : level > (levels[place - 1] ?? 0) + 1))
      .map((level) => `a level of headings is left out before h${level}`),
    ...((html.match(/<th /g) ?? []).length === (html.match(/<th scope="(col|row)"/g) ?? []).length
      ? []
      : ['a header cell does not say what it heads']),
    ...(new Set(ids).size === ids.length ? [] : ['an id is there twice']),
    ...targets
      .filter((target) => !ids.includes(target))
      .map((target) => `nothing has the id ${target ?? ''}`),
    ...unclosed(html),
  ]
}

function unclosed(html: string): string[] {
  const open: string[] = []
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (closing === '' && name !== 'meta') open.push(name)
    else if (closing !== '' && open.pop() !== name) return [`</${name}> closes nothing`]
  }
  return open.map((name) => `<${name}> is not closed`)
}

/** What a page may load or run: its own style, which the content policy allows by hash, and nothing else. */
export function loadingFaults({
  body,
  headers,
}: {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}): string[] {
  const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  return [
    ...(headers['content-security-policy'] === policy
      ? []
      : [`the policy is ${String(headers['content-security-policy'])}`]),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['the media type may be guessed']),
    ...(/<(script|link|img|iframe|object|form|base)\b|\sstyle=|\son[a-z]+=|@import|url\(/.exec(body) ?? []),
  ]
}
