/**
 * Joins the lists that `of` returns for each element, as flatMap does. It is many times faster on short
 * lists, and the core makes dozens for each line.
 */
export function collect<From, To>(list: readonly From[], of: (one: From) => readonly To[]): To[] {
  const all: To[] = []
  for (const one of list) for (const part of of(one)) all.push(part)
  return all
}
