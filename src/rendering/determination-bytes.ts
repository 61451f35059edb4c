import type { Determination } from '../decision/shapes/determination.js'
import { utf8 } from './byte-slab.js'

/** Renders an answer as JSON in UTF-8. */
export function determinationBytes(determination: Determination): Buffer {
  return utf8(JSON.stringify(determination))
}
