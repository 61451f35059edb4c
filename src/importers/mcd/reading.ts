import {
  codesIn,
  deniesOthers,
  doesNotSupport,
  merelySupports,
  neutral,
  ofSex,
  paired,
  proceduresNamedIn,
  standsAlone,
  unrestricted,
} from './patterns.js'
import { plainText } from './texts.js'

/** What is surely understood of a paragraph of a group. The text itself is not kept. */
export interface Reading {
  readonly hash: string
  /** Something of it is not understood. */
  readonly unread: boolean
  /** Groups that the part which is not understood speaks of; `all` where it speaks of lists without their number. */
  readonly touches: readonly number[] | 'all'
  /** The part that is not understood names diagnosis codes, which may stand in no row. */
  readonly namesDiagnoses: boolean
  /** The part that is not understood speaks of diagnoses at all. */
  readonly speaksOfDiagnoses: boolean
  readonly procedures?: readonly string[]
  readonly standsAlone: boolean
  readonly pairs: ReadonlyArray<readonly [number, number]>
  readonly sex?: 'female' | 'male'
  readonly deniesOthers: boolean
  readonly unrestricted: readonly string[]
}

/** Where a paragraph stands; what is understood there differs. */
export type Place = 'covered' | 'noncovered' | 'hcpcs' | 'elsewhere'

/** Reads a paragraph sentence by sentence against the known patterns; whatever is left over makes it unread. */
export function readParagraph(html: string, place: Place): Reading {
  const { sentences, hash } = plainText(html)
  const left: string[] = []
  const procedures = new Set<string>()
  const free = new Set<string>()
  const pairs: Array<readonly [number, number]> = []
  const sexes = new Set<string>()
  let [alone, denies] = [false, false]
  const takers: Readonly<Record<Place, (text: string) => boolean>> = {
    covered: (text) => {
      const [pair, scope, sex] = [firstMatch(paired, text), proceduresNamedIn(text), firstMatch(ofSex, text)]
      if (merelySupports(text)) return true
      if (matches(standsAlone, text)) alone = true
      else if (pair !== undefined) pairs.push([Number(pair[1]), Number(pair[2])])
      else if (scope !== undefined) for (const code of scope) procedures.add(code)
      else if (sex !== undefined) sexes.add(sex[1] ?? '')
      else return false
      return true
    },
    noncovered: (text) => {
      if (deniesOthers(text)) denies = true
      else return matches(doesNotSupport, text)
      return true
    },
    hcpcs: (text) => {
      const exempt = firstMatch(unrestricted, text)
      for (const code of codesIn(exempt?.[1])) free.add(code)
      return exempt !== undefined
    },
    elsewhere: () => false,
  }
  for (const sentence of sentences) {
    const text = sentence.toLowerCase()
    if (!matches(neutral, text) && !takers[place](text)) left.push(text)
  }
  const rest = left.join('\n')
  const [sex] = sexes
  // Both sexes in turn, or a pair beside "stand-alone", mean more than their sentences.
  const contradicts = sexes.size > 1 || (alone && pairs.length > 0)
  return {
    hash,
    unread: left.length > 0 || contradicts,
    touches: contradicts ? 'all' : groupsIn(rest),
    namesDiagnoses: /\b[a-z]\d[0-9a-z](?:\.[0-9a-z]{1,4}|[a-z]\d?)?\b/.test(rest),
    speaksOfDiagnoses: contradicts || /diagnos|icd/.test(rest),
    standsAlone: alone,
    pairs,
    deniesOthers: denies,
    unrestricted: [...free].sort(),
    ...(procedures.size === 0 ? {} : { procedures: [...procedures].sort() }),
    ...(sex === 'female' || sex === 'male' ? { sex } : {}),
  }
}

const matches = (patterns: readonly RegExp[], text: string): boolean =>
  patterns.some((pattern) => pattern.test(text))

function firstMatch(patterns: readonly RegExp[], text: string): RegExpExecArray | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (match !== null) return match
  }
  return undefined
}

/** The groups that a text speaks of by number; all where it speaks of a group, list or table in any other way. */
function groupsIn(text: string): number[] | 'all' {
  const numbered = /\bgroups? (\d+(?:(?:, and |, or |, | and | or | & |\/|-| through | to )(?:group )?\d+)*)/g
  const found = [...text.matchAll(numbered)].map(([, numbers = '']) => numbers)
  // "Groups 2-5" means those between as well.
  if (found.some((numbers) => /-|through| to /.test(numbers))) return 'all'
  const others = text.replace(numbered, ' ')
  if (
    /\b(?:groups?|lists?|tables?|sections?|above|below|preceding|previous|following page|remaining)\b/.test(
      others,
    )
  )
    return 'all'
  return [...new Set(found.flatMap((numbers) => numbers.match(/\d+/g) ?? []).map(Number))]
}
