import type { PolicyContent } from '../../decision/shapes/policy.js'

/** Called with the number of policy versions or procedure pairs loaded so far. */
export type OnLoading = (
  loaded: { readonly policyVersions: number } | { readonly procedurePairs: number },
) => void

/** What part of a content to load, and what was loaded before. */
export interface Loading {
  /** Families to load; the others stay empty. Absent: all. */
  readonly families?: ReadonlySet<keyof PolicyContent> | undefined
  /**
   * Load tables, editions and code sets without their rows and codes: enough to check references.
   */
  readonly outline?: boolean | undefined
  /** Called with progress while a large content is loaded. */
  readonly onLoading?: OnLoading | undefined
  /** Objects of earlier loads, to be shared where the content is the same. */
  readonly parts?: LoadedParts | undefined
}

/** Whether a load includes a family. */
export function wants({ families }: Loading, family: keyof PolicyContent): boolean {
  return families === undefined || families.has(family)
}

/**
 * A two-generation cache of loaded objects, by the hash of their content. A later load shares the
 * object for the same content, which is then neither parsed nor compiled again. `turn` drops what
 * the load before did not use.
 */
export class LoadedParts {
  #before = new Map<string, unknown>()
  #now = new Map<string, unknown>()

  /** The cached object of `key`, or the one that `load` makes. */
  async take<T>(key: string, load: () => T | Promise<T>): Promise<T> {
    const known = this.known<T>(key)
    if (known !== undefined) return known
    const loaded = await load()
    this.#now.set(key, loaded)
    return loaded
  }

  /** The cached object of `key`, if there is one. */
  known<T>(key: string): T | undefined {
    const found = (this.#now.get(key) ?? this.#before.get(key)) as T | undefined
    if (found !== undefined) this.#now.set(key, found)
    return found
  }

  /** Begins another load: objects that it does not ask for are dropped at the next `turn`. */
  turn(): void {
    this.#before = this.#now
    this.#now = new Map()
  }
}

const PAGE = 200

/**
 * Loads what is not among the `parts` in pages of some hundred keys, which bounds each answer of
 * the database.
 */
export async function takeAll<T>(
  parts: LoadedParts,
  keys: readonly string[],
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<Map<string, T>> {
  const taken = new Map<string, T>()
  const missing: string[] = []
  for (const key of new Set(keys)) {
    const known = parts.known<T>(key)
    if (known === undefined) missing.push(key)
    else taken.set(key, known)
  }
  for (let at = 0; at < missing.length; at += PAGE) {
    for (const [key, value] of await load(missing.slice(at, at + PAGE)))
      taken.set(key, await parts.take(key, () => value))
  }
  return taken
}
