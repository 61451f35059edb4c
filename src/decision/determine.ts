import { decide } from './decide.js'
import { explainInFull, type FullDecision } from './explain/explain.js'
import type { CheckRequest } from './shapes/request.js'
import type { PolicyView } from './shapes/view.js'

/** Decides a request against one revision of policy and explains it in full: the whole answer but its id. Pure, total and deterministic. */
export function determine(request: CheckRequest, view: PolicyView): FullDecision {
  return explainInFull(decide(request, view))
}
