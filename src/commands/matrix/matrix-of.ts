import type { ClaimType } from '../../decision/shapes/codes.js'
import { determine } from '../../decision/determine.js'
import type { Requirement } from '../../decision/shapes/statuses.js'
import type { PolicyContent } from '../../decision/shapes/policy.js'
import type { PolicyView } from '../../decision/shapes/view.js'
import { compilePolicyView } from '../../policies/loaded/compile.js'

/**
 * The plans and codes of a matrix, the day, and the other facts that are the same for all cells.
 */
export interface MatrixQuestion {
  readonly planIds: readonly string[]
  readonly procedureCodes: readonly string[]
  readonly dateOfService: string
  readonly state?: string
  readonly claimType?: ClaimType
  readonly placeOfService?: string
}

const letters: Readonly<Record<Requirement, string>> = {
  required: 'Y',
  'not-required': 'N',
  conditional: 'C',
  indeterminate: '?',
  satisfied: 'Y',
}

/**
 * The matrix of plans and codes as CSV, one code per row: Y required, N not required, C depends on
 * facts or is voluntary, ? not known. Each cell is the core's answer to a request of that line
 * alone, so that no code is another's companion.
 */
export function matrixOf(policy: PolicyView | PolicyContent, question: MatrixQuestion): string {
  const view = isContent(policy) ? compilePolicyView(policy, 0) : policy
  const heading = ['code', ...question.planIds]
  const rows = question.procedureCodes.map((code) => [
    code,
    ...question.planIds.map((planId) => letters[requirementOf(view, planId, code, question)]),
  ])
  return [heading, ...rows].map((cells) => `${cells.map(asCell).join(',')}\n`).join('')
}

function requirementOf(
  view: PolicyView,
  planId: string,
  procedureCode: string,
  { dateOfService, state, claimType, placeOfService }: MatrixQuestion,
): Requirement {
  const {
    lines: [line],
  } = determine(
    {
      coverage: { planId, ...(state === undefined ? {} : { state }) },
      ...(claimType === undefined ? {} : { claimType }),
      serviceLines: [
        {
          lineNumber: 1,
          procedureCode,
          dateOfService,
          ...(placeOfService === undefined ? {} : { placeOfService }),
        },
      ],
    },
    view,
  )
  return line?.priorAuthorization.requirement ?? 'indeterminate'
}

function isContent(policy: PolicyView | PolicyContent): policy is PolicyContent {
  return 'policySets' in policy
}

function asCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
