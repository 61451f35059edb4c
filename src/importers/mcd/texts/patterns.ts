// Patterns of sentences that articles print and that the import understands. Each pattern matches a
// whole sentence in lower case, with or without its full stop. The import does not understand a sentence
// that matches none, and answers for the codes which that sentence may affect are `indeterminate`.

const procedure = '(?:[a-z]\\d{4}|\\d{4}[a-z0-9])'
const codeList = `(${procedure}(?:(?:, and |, & |, or |, | and | & |,|; )${procedure})*)`
const codeWord =
  '(?:(?:hcpcs|cpt|cpt\\/hcpcs|hcpcs\\/cpt|cpt and hcpcs|hcpcs and cpt|cpt or hcpcs|procedure) )?'
const icd = '(?:icd-10(?:-cm)? |icd-10(?:-cm)? diagnosis |diagnosis )'
const whole = (pattern: string): RegExp => new RegExp(`^(?:note: ?)?${pattern}[.:]?$`)

/** Sentences that add no condition for a claim. */
export const neutral: readonly RegExp[] = [
  'n\\/a',
  'not applicable',
  'none',
  `it is the (?:provider|physician)'s responsibility to select codes carried out to the highest level of specificity(?: and selected from the icd-10-cm code book appropriate to the year in which the service is (?:rendered|performed) for the claim(?:\\(s\\)|s)? submitted)?`,
  `(?:${icd}|the )codes (?:must|should) be (?:coded|carried out|reported) to the highest level of specificity`,
  'providers are reminded to refer to the long descriptors of the cpt codes in their cpt book',
  'the correct use of an icd-10(?:-cm)? code (?:listed (?:above|below) )?does not (?:assure|guarantee) coverage of a service',
].map(whole)

// A sentence made only of these words adds no condition: "only", "with", "when", "not", "both" and
// "must" are not among them.
const listWords = words(
  'the following these listed below list of icd-10-cm icd-10 diagnosis diagnoses code codes cm are is considered that which will do support supports supporting medical necessity medically necessary and provide provides coverage covered for in this article policy lcd service services procedure procedures',
)
function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}

const madeOf = (text: string, known: ReadonlySet<string>): boolean =>
  text
    .replace(/^note: ?/, '')
    .split(/[ ,;:()./"]+/)
    .every((word) => word === '' || known.has(word))

/** Whether a sentence only says that the group supports the service, and adds no condition. */
export function merelySupports(text: string): boolean {
  return madeOf(text, listWords) && /support|covered|coverage|necess/.test(text)
}

// "All those not listed under …", alone or with a statement that denies them. A sentence that covers
// them ("… are covered") does not match, nor does one with a word that the patterns do not have
// ("unless", "may be", "group 1").
const diagnosisNoun = '(?:icd-?10(?:-cm)?|diagnosis|diagnoses|codes?)'
const those = `(?:those|${diagnosisNoun}(?:(?: and)? ${diagnosisNoun})*)`
const unlisted = '(?:(?:that|which) (?:are|is) )?not (?:listed|specified|included|identified|named)'
const whereWord =
  '(?:the|this|list|section|article|lcd|policy|billing|coding|of|in|under|within|above|below|previous|preceding|as|covered|and|medical necessity|medically necessary|reasonable|codes?|icd-?10(?:-cm)?|diagnosis|diagnoses|that (?:are covered|is covered|supports?))'
const where = `(?:[ ,":()]+${whereWord})*[ ".)]*`
const notNecessary =
  '(?:(?:medically )?(?:reasonable (?:and|or|nor) )?(?:medically )?necessary|reasonable and medically necessary)'
const noSuch = `(?:non-?covered|not covered|not ${notNecessary})`
const denied = `(?:will be|are|is) (?:automatically )?denied(?: as ${noSuch}| for lack of medical necessity)?`
const isNo = [
  denied,
  `(?:will be|are|is) (?:(?:considered|deemed) )?(?:to be )?${noSuch}`,
  `(?:will not be|are not|is not) (?:(?:considered|deemed) )?(?:to be )?(?:covered|${notNecessary})`,
  '(?:do|does|will) not support (?:the )?medical necessity',
].join('|')

/** Sentences that deny every diagnosis which is not listed as supporting. */
const deniesTheRest: readonly RegExp[] = [
  `(?:(?:all|any|the)(?: of the)?(?: other)? )?${those} ${unlisted}${where}(?: (?:${isNo}))?`,
  `(?:all|any) not listed as covered`,
  `(?:the )?use of any ${those} ${unlisted}${where} ${denied}`,
  `(?:all|any) other ${those} (?:${isNo})`,
].map(whole)

/** Whether a sentence denies every diagnosis that is not listed as supporting. */
export function deniesOthers(text: string): boolean {
  return deniesTheRest.some((pattern) => pattern.test(text))
}

/**
 * The procedure codes to which a sentence limits its group. Undefined where the sentence names none or
 * says anything more.
 */
export function proceduresNamedIn(text: string): string[] | undefined {
  const [, before = '', list] =
    new RegExp(`^(.*?)(?:\\b(?:hcpcs|cpt|procedure)\\b.{0,30}?)?:? ?${codeList}[.:]?$`).exec(text) ?? []
  if (list !== undefined && before !== '' && merelySupports(before) && /\b(?:for|of)\b/.test(before))
    return codesIn(list)
  const found = scoped.map((pattern) => pattern.exec(text)).find((match) => match !== null)
  return found === undefined || found === null ? undefined : codesIn(found[1])
}

// A code that is cut out of a long text would keep the whole text in memory, so each one is a copy.
export const codesIn = (list = ''): string[] =>
  (list.match(/[a-z0-9]{5}/g) ?? []).map((code) =>
    Buffer.from(code.toUpperCase(), 'latin1').toString('latin1'),
  )

/** Sentences that limit a group to the procedure codes they name. */
const scoped: readonly RegExp[] = [
  `(?:the (?:following )?|these )${icd}codes? (?:are applicable|apply|applies) (?:only )?to ${codeWord}codes?:? ${codeList}(?: only)?`,
  `(?:applicable|apply|applies) to ${codeWord}(?:codes?:? )?${codeList}(?: only)?`,
  `for ${codeWord}codes?:? ${codeList}(?: only)?`,
  `(?:${codeWord}codes?:? )?${codeList}`,
].map(whole)

/** Sentences that say that each code of the group supports the service without another. */
export const standsAlone: readonly RegExp[] = [
  `(?:the following|these) (?:are |${icd}codes are )stand-?alone (?:${icd})?codes`,
].map(whole)

/**
 * Sentences that ask for one code from each of two groups on the same line. "At least one from Group 2
 * and Group 3" has two meanings; the import takes the stricter one.
 */
export const paired: readonly RegExp[] = [
  `(?:at least )?one (?:${icd})?code from group (\\d+) and (?:(?:at least )?one (?:(?:${icd})?code )?from )?group (\\d+) must be (?:billed|reported)(?: together)?`,
  `(?:at least )?one (?:${icd})?code from group (\\d+) must be (?:billed|reported) (?:together )?with (?:at least )?one (?:${icd})?code from group (\\d+)`,
].map(whole)

/** Sentences that limit the group to one sex. */
export const ofSex: readonly RegExp[] = [
  `(?:for|limited to|applicable to)(?: the)? (female|male) patients(?: only)?`,
  `(?:the following|these) ${icd}codes (?:are|apply|are covered|are payable) (?:only )?(?:for|to)(?: the)? (female|male) patients(?: only)?`,
].map(whole)

/** Sentences that only say that the diagnoses of the group do not support the service. */
export const doesNotSupport: readonly RegExp[] = [
  `the following ${icd}codes (?:do not support (?:the )?medical necessity|are not covered|are non-?covered)`,
  `(?:in addition, )?the (?:following ${icd}codes?|${icd}codes? listed below) (?:are|is) specifically (?:listed|included) as not supporting medical necessity(?: for emphasis,? and to avoid any provider errors)?`,
].map(whole)

/** Sentences that exempt procedures from the diagnosis lists of the article. */
export const unrestricted: readonly RegExp[] = [
  `${codeWord}codes? ${codeList} (?:is|are) not restricted to the (?:diagnosis|icd-10(?:-cm)?) codes (?:listed )?in this (?:policy|article|lcd)`,
].map(whole)

const covers = '(?:covered|payable)(?: services?| procedures?)?(?: (?:by|under) medicare)?'
const isNot = `(?:is|are|will be) (?:no longer ${covers}|not ${covers}|(?:considered )?non-?covered(?: services?| procedures?)?(?: (?:by|under) medicare)?)`
const isNotNecessary =
  '(?:is|are) (?:considered )?(?<ground>not (?:medically )?(?:reasonable (?:and|or) )?necessary)(?: \\(non-?covered\\)| and (?:is|are) non-?covered)?'
const theGroup = `(?:the following|these) ${codeWord.replace('procedure', 'procedure|cpt ®|cpt®')}codes?`
const theCodes = `(?:${codeWord}codes? )?${codeList.replace('(', '(?<codes>')}`

/** Sentences that exclude procedures from coverage: those they name, or all procedures of the group. */
export const notCovered: readonly RegExp[] = [theGroup, theCodes].flatMap((subject) =>
  [isNot, isNotNecessary].map((predicate) => whole(`${subject} ${predicate}`)),
)

/** Signs in a paragraph on procedures that some of them are not covered, or no longer are. */
export const speaksOfNotCovered =
  /non-?covered|\b(?:no longer|not|never)\b[^.;]{0,60}\b(?:covered|payable|reimbursed|paid)\b|\bnot (?:considered )?(?:medically )?(?:reasonable|necessary)\b|\b(?:recalled|withdrawn|discontinued|retired|deleted|excluded|denied)\b/

/**
 * Signs in the running text of an article that diagnoses count only together, only in a certain order,
 * or never.
 */
export const conditionsInBody =
  /dual diagnos|(?:two|second|secondary|primary|additional|supporting|accompanying) (?:icd-10(?:-cm)? |diagnosis )(?:diagnosis |code)|diagnos[ei]s code[s]? (?:is|are|must be|should be) (?:listed|billed|reported|coded) (?:first|as|with|together|in addition)|must (?:also )?be accompanied by|codes? from (?:both|each) (?:group|list)/i

/** Signs in the running text of an article that it deals with diagnoses or medical necessity. */
export const speaksOfDiagnoses =
  /diagnos|icd-?10|medical(?:ly)? necess|reasonable and necessary|indication|covered (?:for|when|if)/i
