/** What each element has, in one list. Many times quicker than flatMap on lists of a handful, and the core makes dozens for each line. */
export function collect<From, To>(list: readonly From[], of: (one: From) => readonly To[]): To[] {
  const all: To[] = []
  for (const one of list) for (const part of of(one)) all.push(part)
  return all
}
