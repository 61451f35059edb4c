import { allOf } from '../shapes/truth.js'
import type { PairPart } from '../facts/procedure-pair-parts.js'
import type { ProvisionOf } from '../applicable/provision.js'
import { documentName } from '../explain/wording.js'
import { saying, type PlainResult } from './result.js'

/** What a pair says of its column-two line: the other services of the day, taken together. */
export function evaluateProcedurePair({
  edition,
  columnOne,
  pair,
  parts,
}: ProvisionOf<'procedure-pair'>): PlainResult {
  const { truth, missing, used } = allOf(parts)
  const deciding = parts.filter((part) => part.truth === truth)
  const [first] = deciding
  const where = deciding.filter((part) => part.reasonCode === first?.reasonCode).map((part) => part.where)
  const rationale = pair.rationale === undefined ? '' : `, rationale "${pair.rationale}"`
  const table = ` (${documentName(edition.source)}${rationale})`
  const reasonCode = first?.reasonCode ?? ''
  const said = {
    columnTwo: pair.columnTwo,
    other: `${columnOne} (${where.join(', ')})`,
    table,
    indicator: pair.modifierIndicator,
    modifiers: first === undefined ? '' : modifiersOf(first),
  }
  return saying({ truth, missing, used }, reasonCode, sentence(reasonCode, said))
}

interface Said {
  readonly columnTwo: string
  readonly other: string
  readonly table: string
  readonly indicator: number
  readonly modifiers: string
}

const record = 'Ask whoever treated the patient whether the record shows separate services.'

function sentence(reasonCode: string, { columnTwo, other, table, indicator, modifiers }: Said): string {
  const together = `${columnTwo} is not paid together with ${other} for the same patient, day and provider${table}`
  const separate =
    indicator === 1
      ? ', unless a modifier says that the services were separate'
      : ', and no modifier changes that'
  switch (reasonCode) {
    case 'procedure-pair-with-modifier':
      return `${columnTwo} is paid together with ${other} only where a modifier says that the services were separate${table}. The claim carries ${modifiers}; the record must show separate services.`
    case 'procedure-pair-not-paid-together':
      return `${together}${separate}. The pair denies ${columnTwo}. Check which of the two belongs on the claim.`
    case 'procedure-pair-needs-modifier':
      return `${together}${separate}; neither line has one that counts. ${record}`
    case 'procedure-pair-modifiers-not-given':
      return `${together}${separate}; not all modifiers of the two lines are given.`
    case 'procedure-pair-provider-not-given':
      return `${together}${separate}; whether one provider furnished both is not known, since one line does not name its own.`
    case 'date-span':
      return `${together}${separate}; a line spans several dates, so whether both were on one day cannot be told from it. Bill one line per date to have them checked.`
    default:
      return `${together}${separate}; that service is not on this claim, and who furnishes it is not known. Look at the two together before the claim goes out.`
  }
}

function modifiersOf({ used }: PairPart): string {
  return used.find(({ fact }) => fact === 'modifiers')?.value ?? ''
}
