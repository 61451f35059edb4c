import { markWords } from './document-words.js'

/** Links to the numbered sources of the page. */
export function htmlPointers(numbers: readonly number[]): string {
  return numbers.map((number) => ` <a href="#source-${number}">[${number}]</a>`).join('')
}

/** The marks of a source that must not be relied on alone. */
export function htmlMarks(marks: ReadonlyArray<keyof typeof markWords>): string {
  return marks.map((mark) => ` <span class="mark ${mark}">${markWords[mark]}</span>`).join('')
}
