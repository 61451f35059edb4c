import { Type, type Static } from 'typebox'
import { CheckRequest, ServiceLine } from '../../shapes/request.js'

/** The facts of a check of a single line: a page is about one procedure. */
export const ChecklistRequest = Type.Object(
  {
    ...CheckRequest.properties,
    serviceLines: Type.Array(ServiceLine, {
      minItems: 1,
      maxItems: 1,
      description: 'The line that the page is about.',
    }),
  },
  { $id: 'ChecklistRequest', additionalProperties: false, description: 'The body of a check of one line.' },
)
export type ChecklistRequest = Static<typeof ChecklistRequest>
