import type { PolicyContent } from '../../src/decision/shapes/policy.js'

/** A text that would break out of a page that does not escape it. */
export const attack =
  '</style></title><script>alert(1)</script><img src=x onerror="alert(2)"> [x](javascript:alert(3)) `code` | *bold* &lt;'

/** The packs with every text of every rule and source made hostile. */
export function hostile(content: PolicyContent, added: string): PolicyContent {
  return JSON.parse(
    JSON.stringify(content, (name, value: unknown) =>
      typeof value === 'string' &&
      [
        'statement',
        'interpretation',
        'section',
        'title',
        'name',
        'note',
        'remedy',
        'publisher',
        'documentNumber',
      ].includes(name)
        ? `${value} ${added}`
        : value,
    ),
  ) as PolicyContent
}
