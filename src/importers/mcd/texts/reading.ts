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

/** What the import understands of the paragraph of a group. It does not store the text itself. */
export interface Reading {
  readonly hash: string
  /** Some sentence of the paragraph is not understood. */
  readonly unread: boolean
  /**
   * The groups that the sentences which are not understood name by number; `all` where they name lists
   * without a number.
   */
  readonly touches: readonly number[] | 'all'
  /** Diagnosis codes in the sentences that are not understood; no row of the tables needs to list them. */
  readonly diagnosesNamed: readonly string[]
  /** These sentences name a range of diagnosis codes, so `diagnosesNamed` does not list all of them. */
  readonly namesRange: boolean
  /** Procedure codes in the sentences that are not understood. */
  readonly proceduresNamed: readonly string[]
  /** The sentences that are not understood mention diagnoses or ICD codes. */
  readonly speaksOfDiagnoses: boolean
  readonly procedures?: readonly string[]
  readonly standsAlone: boolean
  readonly pairs: ReadonlyArray<readonly [number, number]>
  readonly sex?: 'female' | 'male'
  readonly deniesOthers: boolean
  readonly unrestricted: readonly string[]
  /** Procedures that the paragraph excludes from coverage; `group` where it excludes all of its group. */
  readonly notCovered: readonly string[] | 'group'
  /** The ground of that exclusion; absent where the paragraph gives none. */
  readonly notCoveredBasis?: 'reasonable-and-necessary'
  /** Some sentence of the paragraph, understood or not, mentions that something is not covered. */
  readonly speaksOfNotCovered: boolean
}

/** The reading of a paragraph that is absent. */
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

/** Where a paragraph is in the article. Each place has patterns of its own. */
export type Place = 'covered' | 'noncovered' | 'hcpcs' | 'elsewhere'

/** Collects the statements of a paragraph, sentence by sentence. */
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

  /** Adds what a sentence says; false where it is not understood. */
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
 * Reads a paragraph (HTML) sentence by sentence with the patterns of its place. `unread` is true where a
 * sentence matches no pattern, or where two sentences contradict each other.
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
  // Two sexes, a pair beside "stand-alone" codes, or two statements on what is not covered contradict
  // each other: the paragraph then means something that no single sentence says.
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

// "Vitamin B12" looks like a diagnosis code and is none.
const substance = /\bvitamin[ -]b[ -]?\d+\b/g
const code =
  '[a-z](?:\\d[0-9a-z]\\.[0-9a-z]{1,4}|[a-z]\\d\\.[0-9a-z]{1,4}|\\d[0-9a-z](?:[0-9a-z]{4}|[a-z]\\d?)?)'
const diagnosis = new RegExp(`\\b${code}\\b`, 'g')
const range = new RegExp(`\\b${code} ?(?:-|\\bto\\b|\\bthrough\\b|\\bthru\\b) ?${code}\\b`)

function diagnosesIn(text: string): Pick<Reading, 'diagnosesNamed' | 'namesRange'> {
  const plain = text.replace(substance, ' ')
  const named = (plain.match(diagnosis) ?? []).map((found) =>
    // A code that is cut out of a long text would keep the whole text in memory, so each one is a copy.
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
 * The numbers of the groups that a text names; `all` where it names a range of groups, or a group, list
 * or table without a number.
 */
function groupsIn(text: string): number[] | 'all' {
  const numbered = /\bgroups? (\d+(?:(?:, and |, or |, | and | or | & |\/|-| through | to )(?:group )?\d+)*)/g
  const found = [...text.matchAll(numbered)].map(([, numbers = '']) => numbers)
  // "Groups 2-5" includes the groups between the two.
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
