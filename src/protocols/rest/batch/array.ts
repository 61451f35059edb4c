import { tooLarge } from '../../http/problem-answers.js'
import type { Element } from './array-body.js'
import type { LineAnswers } from './line-answers.js'
import { asRequest, type CompiledSchema } from './read-request.js'
import { TurnsUnderWay } from './turns-under-way.js'

const [opening, comma] = [Buffer.from('['), Buffer.from(',')]

/** Answers an array with an array in the same order. A refused element becomes a problem. */
export async function* arrayAnswers(
  elements: readonly Element[],
  answers: LineAnswers,
  isRequest: CompiledSchema,
): AsyncGenerator<Buffer, void> {
  const turns = new TurnsUnderWay(answers)
  let isFirst = true
  const framed = (lines: readonly Uint8Array[]): Buffer => {
    const pieces = lines.flatMap((line, at) => [isFirst && at === 0 ? opening : comma, line])
    isFirst = false
    return Buffer.concat(pieces)
  }
  answers.begin()
  for (const [at, element] of elements.entries()) {
    const request = answers.read(at + 1, () => {
      if (element === undefined) throw tooLarge()
      return asRequest(element.value, isRequest)
    })
    if (request !== undefined) answers.answer(at + 1, request)
    if (!answers.isTurnOver) continue
    for await (const lines of turns.end()) yield framed(lines)
    await answers.nextTurn()
  }
  for await (const lines of turns.end(0)) yield framed(lines)
  yield Buffer.from(isFirst ? '[]' : ']')
}
