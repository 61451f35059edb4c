import type { PolicyContent } from '../../decision/shapes/policy.js'

/** Hears how many policy versions or procedure pairs have come so far. */
export type OnLoading = (
  loaded: { readonly policyVersions: number } | { readonly procedurePairs: number },
) => void

/** What is loaded of a content, and what was loaded before. */
export interface Loading {
  /** Families that are wanted; the others are empty. All if absent. */
  readonly families?: ReadonlySet<keyof PolicyContent> | undefined
  /**
   * Tables, editions and code sets without their rows and codes: enough to see what refers to what.
   */
  readonly outline?: boolean | undefined
  /** Told while content is loaded that takes time. */
  readonly onLoading?: OnLoading | undefined
  /** Objects of earlier loads, to be handed out again where they say the same. */
  readonly parts?: LoadedParts | undefined
}

/** Whether a load wants a family. */
export function wants({ families }: Loading, family: keyof PolicyContent): boolean {
  return families === undefined || families.has(family)
}

/**
 * Objects that were loaded, by the hash of what they say. A later load hands out the same object
 * for the same content, so that it is neither read nor compiled again; `turn` forgets what the load
 * before it did not use.
 */
export class LoadedParts {
  #before = new Map<string, unknown>()
  #now = new Map<string, unknown>()

  /** The object known under `key`, else the one that `load` makes. */
  async take<T>(key: string, load: () => T | Promise<T>): Promise<T> {
    const known = this.known<T>(key)
    if (known !== undefined) return known
    const loaded = await load()
    this.#now.set(key, loaded)
    return loaded
  }

  /** The object known under `key`, if there is one. */
  known<T>(key: string): T | undefined {
    const found = (this.#now.get(key) ?? this.#before.get(key)) as T | undefined
    if (found !== undefined) this.#now.set(key, found)
    return found
  }

  /** Begins another load: what it does not ask for again is forgotten with the next. */
  turn(): void {
    this.#before = this.#now
    this.#now = new Map()
  }
}

const PAGE = 200

/**
 * Loads what is not among the `parts` in pages of some hundred keys, so that no answer of the
 * database grows without bound.
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
