import {
  codesIn,
  deniesOthers,
  doesNotSupport,
  merelySupports,
  neutral,
  notCovered,
  ofSex,
  paired,
  proceduresNamedIn,
  speaksOfNotCovered,
  standsAlone,
  unrestricted,
} from './patterns.js'
import { hashOf, plainText } from './plain-text.js'

/** What is surely understood of a paragraph of a group. The text itself is not kept. */
export interface Reading {
  readonly hash: string
  /** Something of it is not understood. */
  readonly unread: boolean
  /**
   * Groups that the part which is not understood speaks of; `all` where it speaks of lists without
   * their number.
   */
  readonly touches: readonly number[] | 'all'
  /** The diagnosis codes that the part which is not understood names; they may stand in no row. */
  readonly diagnosesNamed: readonly string[]
  /** It names a range of diagnosis codes, so that more are meant than are written. */
  readonly namesRange: boolean
  /** The procedure codes that the part which is not understood names. */
  readonly proceduresNamed: readonly string[]
  /** The part that is not understood speaks of diagnoses at all. */
  readonly speaksOfDiagnoses: boolean
  readonly procedures?: readonly string[]
  readonly standsAlone: boolean
  readonly pairs: ReadonlyArray<readonly [number, number]>
  readonly sex?: 'female' | 'male'
  readonly deniesOthers: boolean
  readonly unrestricted: readonly string[]
  /** Procedures that the paragraph says are not covered; `group` stands for all of its group. */
  readonly notCovered: readonly string[] | 'group'
  /** The ground on which they are not, where the paragraph tells one. */
  readonly notCoveredBasis?: 'reasonable-and-necessary'
  /** Anything in the whole paragraph speaks of what is not covered, understood or not. */
  readonly speaksOfNotCovered: boolean
}

/** What a paragraph says that is not there. */
export const nothingSaid: Reading = {
  hash: hashOf(''),
  unread: false,
  touches: [],
  diagnosesNamed: [],
  namesRange: false,
  proceduresNamed: [],
  speaksOfDiagnoses: false,
  standsAlone: false,
  pairs: [],
  deniesOthers: false,
  unrestricted: [],
  notCovered: [],
  speaksOfNotCovered: false,
}

/** Where a paragraph stands; what is understood there differs. */
export type Place = 'covered' | 'noncovered' | 'hcpcs' | 'elsewhere'

/** What the sentences of a paragraph add up to while they are read. */
class Understood {
  readonly procedures = new Set<string>()
  readonly free = new Set<string>()
  readonly pairs: Array<readonly [number, number]> = []
  readonly sexes = new Set<string>()
  readonly notCovered = new Set<string>()
  readonly grounds = new Set<string>()
  wholeGroup = false
  alone = false
  denies = false

  /** Whether a sentence of a place is understood; what it says is taken in. */
  take(place: Place, text: string): boolean {
    switch (place) {
      case 'covered':
        return this.takeCovered(text)
      case 'noncovered':
        if (!deniesOthers(text)) return matches(doesNotSupport, text)
        this.denies = true
        return true
      case 'hcpcs':
        return this.takeProcedures(text)
      case 'elsewhere':
        return false
    }
  }

  private takeCovered(text: string): boolean {
    const [pair, scope, sex] = [firstMatch(paired, text), proceduresNamedIn(text), firstMatch(ofSex, text)]
    if (merelySupports(text)) return true
    if (matches(standsAlone, text)) this.alone = true
    else if (pair !== undefined) this.pairs.push([Number(pair[1]), Number(pair[2])])
    else if (scope !== undefined) for (const code of scope) this.procedures.add(code)
    else if (sex !== undefined) this.sexes.add(sex[1] ?? '')
    else return false
    return true
  }

  private takeProcedures(text: string): boolean {
    const [exempt, excluded] = [firstMatch(unrestricted, text), firstMatch(notCovered, text)]
    for (const code of codesIn(exempt?.[1])) this.free.add(code)
    if (excluded === undefined) return exempt !== undefined
    for (const code of codesIn(excluded.groups?.codes)) this.notCovered.add(code)
    if (excluded.groups?.codes === undefined) this.wholeGroup = true
    this.grounds.add(excluded.groups?.ground === undefined ? '' : 'reasonable-and-necessary')
    return true
  }
}

/**
 * Reads a paragraph sentence by sentence against the known patterns; whatever is left over makes it
 * unread.
 */
export function readParagraph(html: string, place: Place): Reading {
  const { sentences, hash } = plainText(html)
  const left: string[] = []
  const understood = new Understood()
  for (const sentence of sentences) {
    const text = sentence.toLowerCase()
    if (!matches(neutral, text) && !understood.take(place, text)) left.push(text)
  }
  const { procedures, free, pairs, sexes, alone, denies, wholeGroup, grounds } = understood
  const rest = left.join('\n')
  const [sex] = sexes
  // Both sexes in turn, a pair beside "stand-alone", or two statements on what is not covered, mean
  // more than their sentences.
  const contradicts =
    sexes.size > 1 ||
    (alone && pairs.length > 0) ||
    grounds.size > 1 ||
    (wholeGroup && understood.notCovered.size > 0)
  return {
    hash,
    unread: left.length > 0 || contradicts,
    touches: contradicts ? 'all' : groupsIn(rest),
    ...diagnosesIn(rest),
    proceduresNamed: [...new Set(codesIn(rest))].sort(),
    speaksOfDiagnoses: contradicts || /diagnos|icd/.test(rest),
    standsAlone: alone,
    pairs,
    deniesOthers: denies,
    unrestricted: [...free].sort(),
    notCovered: wholeGroup ? 'group' : [...understood.notCovered].sort(),
    ...(grounds.has('reasonable-and-necessary') ? { notCoveredBasis: 'reasonable-and-necessary' } : {}),
    speaksOfNotCovered: speaksOfNotCovered.test(sentences.join(' ').toLowerCase()),
    ...(procedures.size === 0 ? {} : { procedures: [...procedures].sort() }),
    ...(sex === 'female' || sex === 'male' ? { sex } : {}),
  }
}

// Vitamin B12 looks like a diagnosis code.
const substance = /\bvitamin[ -]b[ -]?\d+\b/g
const code =
  '[a-z](?:\\d[0-9a-z]\\.[0-9a-z]{1,4}|[a-z]\\d\\.[0-9a-z]{1,4}|\\d[0-9a-z](?:[0-9a-z]{4}|[a-z]\\d?)?)'
const diagnosis = new RegExp(`\\b${code}\\b`, 'g')
const range = new RegExp(`\\b${code} ?(?:-|\\bto\\b|\\bthrough\\b|\\bthru\\b) ?${code}\\b`)

function diagnosesIn(text: string): Pick<Reading, 'diagnosesNamed' | 'namesRange'> {
  const plain = text.replace(substance, ' ')
  const named = (plain.match(diagnosis) ?? []).map((found) =>
    // Cut out of a long text, a code would keep it in memory.
    Buffer.from(found.replace('.', '').toUpperCase(), 'latin1').toString('latin1'),
  )
  return { diagnosesNamed: [...new Set(named)].sort(), namesRange: range.test(plain) }
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

/**
 * The groups that a text speaks of by number; all where it speaks of a group, list or table in any
 * other way.
 */
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
