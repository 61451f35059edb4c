import { mediaTypes, pageFormats, type PageFormat } from '../../../rendering/formats.js'
import { ProblemError } from '../../http/problem.js'

/**
 * The format of the answer: the one named by the caller, otherwise the best that Accept allows.
 * Throws the 406 where it allows none. Of formats that are accepted equally it is the first.
 */
export function formatFor(asked: PageFormat | undefined, accept: string | undefined): PageFormat {
  if (asked !== undefined) return asked
  const ranges = rangesOf(accept ?? '*/*')
  const [best] = pageFormats
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
