import { ProblemError } from '../../http/problem.js'

export const checklistFormats = ['html', 'markdown', 'json'] as const
export type ChecklistFormat = (typeof checklistFormats)[number]
export const mediaTypes: Readonly<Record<ChecklistFormat, string>> = {
  html: 'text/html',
  markdown: 'text/markdown',
  json: 'application/json',
}

// Preference where the caller accepts several formats equally.
const preferred: readonly ChecklistFormat[] = ['json', 'html', 'markdown']

/**
 * The format of the answer: the one named by the caller, otherwise the best that Accept allows.
 * Throws the 406 where it allows none.
 */
export function formatFor(asked: ChecklistFormat | undefined, accept: string | undefined): ChecklistFormat {
  if (asked !== undefined) return asked
  const ranges = rangesOf(accept ?? '*/*')
  const [best] = preferred
    .map((format) => ({ format, quality: qualityOf(mediaTypes[format], ranges) }))
    .sort((a, b) => b.quality - a.quality)
  if (best === undefined || best.quality <= 0)
    throw new ProblemError(
      'not-acceptable',
      'A checklist is sent as application/json, text/html or text/markdown. Accept one of them, or name it: ?format=json, html or markdown.',
    )
  return best.format
}

interface Range {
  readonly type: string
  readonly quality: number
}

function rangesOf(accept: string): Range[] {
  return accept
    .split(',')
    .map((entry) => {
      const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
      const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
      return { type, quality: Number.isFinite(quality) ? quality : 0 }
    })
    .filter(({ type }) => type !== '')
}

/** The quality that the most specific matching range gives (RFC 9110 section 12.5.1). */
function qualityOf(mediaType: string, ranges: readonly Range[]): number {
  const any = `${mediaType.split('/')[0] ?? ''}/*`
  for (const wanted of [mediaType, any, '*/*']) {
    const range = ranges.find(({ type }) => type === wanted)
    if (range !== undefined) return range.quality
  }
  return 0
}
