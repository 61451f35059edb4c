import type { PolicyContent } from '../../decision/shapes/policy.js'
import { ImportRefused, type ImportContext } from '../importer.js'
import type { Fields, ListRow } from './fields.js'
import type { Line } from './table.js'

/** The requirement for each content of a cell; undefined for `?` and its words, which say nothing. */
const cellMeanings: Readonly<Record<string, Fields['requirement'] | undefined>> = {
  Y: 'required',
  YES: 'required',
  REQUIRED: 'required',
  N: 'not-required',
  NO: 'not-required',
  'NOT-REQUIRED': 'not-required',
  C: 'conditional',
  CONDITIONAL: 'conditional',
  '?': undefined,
  '': undefined,
  UNKNOWN: undefined,
}

/**
 * Reads the matrix of a practice: a code in each row, a plan in each column, and Y, N, C or ? in the cells.
 * The heading of a column is a loaded plan, or `payerId/planId` for another. Each cell that says something
 * becomes a row of a list.
 */
export function readMatrix(
  file: string,
  [heading, ...body]: readonly Line[],
  { held, count, refuse }: Pick<ImportContext, 'held' | 'count' | 'refuse'>,
): ListRow[] {
  if (heading === undefined || !/^(procedure ?)?codes?$/i.test(heading.cells[0] ?? ''))
    throw new ImportRefused(`${file}: the first column of a matrix is headed "code", the others by plans.`)
  const plans = heading.cells.slice(1).map((cell) => planIn(file, cell, held))
  const twice = plans.find(({ planId }, at) => plans.findIndex((plan) => plan.planId === planId) < at)
  if (twice !== undefined) throw new ImportRefused(`${file}: plan ${twice.planId ?? ''} heads two columns.`)
  count(body.length)
  return body.flatMap(({ line, cells }) =>
    plans.flatMap((plan, at): ListRow[] => {
      const text = cells[at + 1] ?? ''
      const word = text.toUpperCase()
      if (!Object.hasOwn(cellMeanings, word)) {
        refuse({
          file,
          line,
          column: heading.cells[at + 1] ?? '',
          reason: `"${text.slice(0, 40)}" is none of Y, N, C, ? (yes, no, conditional, unknown)`,
        })
        return []
      }
      const requirement = cellMeanings[word]
      return requirement === undefined
        ? []
        : [{ file, line, unread: [], fields: { ...plan, code: cells[0] ?? '', requirement } }]
    }),
  )
}

function planIn(file: string, cell: string, held: PolicyContent): Fields {
  const [first = '', second] = cell.split('/').map((part) => part.trim())
  if (second !== undefined) return { payerId: first, planId: second }
  const plan = held.plans.find(({ planId }) => planId === first)
  if (plan === undefined)
    throw new ImportRefused(
      `${file}: no plan "${first}" is held. Head the column with payerId/planId to bring the plan along.`,
    )
  return { payerId: plan.payerId, planId: first }
}
