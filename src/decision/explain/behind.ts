import type { Behind } from '../applicable/behind.js'
import { isSameSource, type Source } from '../shapes/source.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { findingsTold } from './findings.js'
import type { Asked } from './views.js'

/**
 * The editions that are behind and on which the answer for a line rests. Where only some questions are asked, or the line is expected to be
 * denied, those are the ones that their findings and codes were read in: what would matter only for a line that passes is left out.
 */
export function behindToTell(line: LineVerdict, { questions, isWhole }: Asked): readonly Behind[] {
  if (isWhole && line.outcome !== 'expect-denial') return line.behind
  const read: Source[] = [
    ...findingsTold(line, questions).flatMap(({ ground }) => {
      if (ground.type === 'provision') return [ground.provision.origin.source]
      return ground.type === 'declaration' ? [ground.declaration.source] : [ground.source]
    }),
    ...(questions.includes('code-validity')
      ? line.answers['code-validity'].answer.codes.flatMap(({ source }) => source ?? [])
      : []),
  ]
  return line.behind.filter(({ source }) => read.some((one) => isSameSource(one, source)))
}
