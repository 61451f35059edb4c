import { decide } from './decide.js'
import { explain } from './explain/explain.js'
import type { Decision } from './shapes/determination.js'
import type { CheckRequest } from './shapes/request.js'
import type { PolicyView } from './shapes/view.js'

/** Decides a request against one revision of policy and explains it: the whole answer but its id. Pure, total and deterministic. */
export function determine(request: CheckRequest, view: PolicyView): Decision {
  return explain(decide(request, view))
}
