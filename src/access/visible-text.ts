const visible = /^(?!.*\ufffd)[\p{L}\p{M}\p{N}\p{P}\p{S}]+( [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u

/**
 * Whether a name has only visible text: letters, digits, marks and signs of any script, words
 * separated by single spaces. Controls, lone surrogates, direction marks, hidden characters and
 * U+FFFD spoil logs, and a database refuses some of them.
 */
export function isVisible(name: string): boolean {
  return visible.test(name)
}
