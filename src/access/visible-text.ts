const visible = /^(?!.*\ufffd)[\p{L}\p{M}\p{N}\p{P}\p{S}]+( [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u

/**
 * Whether a name has only text that can be seen: letters, digits, marks and signs of any script, words parted by single spaces. Controls, halves of
 * surrogates, what turns or hides text, and the sign for what could not be read spoil logs, and a database refuses some of them.
 */
export function isVisible(name: string): boolean {
  return visible.test(name)
}
