/** The formats in which an answer or a checklist is sent, the preferred one first. */
export const pageFormats = ['json', 'html', 'markdown'] as const
export type PageFormat = (typeof pageFormats)[number]

export const mediaTypes: Readonly<Record<PageFormat, string>> = {
  html: 'text/html',
  markdown: 'text/markdown',
  json: 'application/json',
}
