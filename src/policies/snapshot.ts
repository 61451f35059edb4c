import type { PolicyContent } from '../decision/policy.js'
import type { PolicyView } from '../decision/view.js'
import { compilePolicyView } from './compile.js'

/** One revision of policy, compiled; a request holds on to one from start to end. */
export interface Revision { readonly revision: number, readonly content: PolicyContent, readonly view: PolicyView }

/** The policy that decides now. */
export interface Snapshot {
  /** The current revision; undefined until the first one is loaded. */
  readonly current: () => Revision | undefined
  /** Compiles a revision and swaps it in at once. An older revision than the current one is not taken; returns whether it was. */
  readonly replace: (loaded: { readonly revision: number, readonly content: PolicyContent }) => boolean
}

/** An empty snapshot; the process is ready when a revision has been put in. */
export function createSnapshot (): Snapshot {
  let current: Revision | undefined
  return {
    current: () => current,
    replace: ({ revision, content }) => {
      if (current !== undefined && revision <= current.revision) return false
      current = { revision, content, view: compilePolicyView(content, revision) }
      return true
    }
  }
}
