import type { CodeSet, Policy, PolicyContent, Rule } from '../../decision/policy.js'
import { articleRules } from './article-rules.js'
import { Diagnoses } from './codes.js'
import { Contractors } from './contractors.js'
import type { ArticleDraft, Documents, Draft, LcdDraft } from './drafts.js'
import { lcdRules } from './lcd-rules.js'
import { codeSetsOf, policyOf, type PlaceNotes } from './policies.js'
import { readArticles } from './read-articles.js'
import { readLcds } from './read-lcds.js'
import type { Reviews } from './reviews.js'
import { policySetId, readEdition, type Edition } from './source.js'
import { inSuccession, type Dated, type LeftOut } from './succession.js'
import type { Tables } from './tables.js'

export interface ImportedTables {
  readonly policies: readonly Policy[]
  readonly codeSets: readonly CodeSet[]
  readonly contractors: Contractors
  readonly edition: Edition
  /**
   * Newest version that is held of each document of which it is known which procedures it is for. Of a text without codes it is not,
   * so that its being held makes nothing complete.
   */
  readonly versionsHeld: ReadonlyMap<string, number>
}

interface Means {
  readonly held: PolicyContent
  readonly reviews: Reviews
  readonly retrievedOn: string
  readonly note: (text: string) => void
}

/** Reads the tables of an export and makes policies of them; what was left out, and why, is noted. */
export async function importTables(
  tables: Tables,
  { held, reviews, retrievedOn, note }: Means,
): Promise<ImportedTables> {
  const edition = await readEdition(tables, retrievedOn)
  const contractors = await Contractors.read(tables)
  const diagnoses = new Diagnoses()
  let orphans = 0
  const orphan = (): void => {
    orphans++
  }
  const articles = tables.halves.includes('article')
    ? await readArticles(tables, diagnoses, orphan)
    : new Map<string, Map<string, ArticleDraft>>()
  const lcds = tables.halves.includes('lcd')
    ? await readLcds(tables, orphan)
    : new Map<string, Map<string, LcdDraft>>()
  const leftOut: LeftOut = new Map()
  const [articleVersions, lcdVersions] = [successions(articles, leftOut), successions(lcds, leftOut)]
  const related = relationsOf(articleVersions, lcdVersions, held)
  const places: PlaceNotes = { unplaced: new Map(), otherTypes: new Map() }
  const silent = { article: 0, lcd: 0 }
  const unkept = new Set<string>()
  const policies = [
    ...articleVersions.flatMap(
      (versions) =>
        policyOf(
          versions,
          ({ draft }) => {
            const lcdIds = related.lcdsOf(draft.documentId, draft.related)
            const { rules, unkept: lost } = articleRules(draft, {
              diagnoses,
              reviews,
              hasDetermination: lcdIds.length > 0,
              procedures: lcdIds.flatMap((id) => [...related.lcdCodes(id)]),
              lost: tables.lost,
            })
            if (lost) unkept.add(draft.displayId)
            if (rules.length === 0) silent.article++
            return rules
          },
          contractors,
          edition,
          places,
        ) ?? [],
    ),
    ...lcdVersions.flatMap(
      (versions) =>
        policyOf(
          versions,
          ({ draft }): readonly Rule[] => {
            const rules = lcdRules(draft, related.articleCodes(draft.documentId, draft.related), reviews)
            if (rules.length === 0) silent.lcd++
            return rules
          },
          contractors,
          edition,
          places,
        ) ?? [],
    ),
  ].sort((a, b) => (a.policyId < b.policyId ? -1 : 1))
  const everyDocument = [...articleVersions, ...lcdVersions]
  for (const text of reviews.stale(
    new Set(everyDocument.map((versions) => versions[0]?.draft.displayId ?? '')),
  ))
    note(text)
  const ofUnknownProcedures = everyDocument.filter(
    (versions) => !versions.every(({ draft }) => namesProcedures(draft, related)),
  )
  const versionsHeld = new Map(
    everyDocument
      .filter((versions) => !ofUnknownProcedures.includes(versions))
      .map((versions) => [
        versions[0]?.draft.displayId ?? '',
        Math.max(...versions.map(({ draft }) => Number(draft.version))),
      ]),
  )
  if (ofUnknownProcedures.length > 0)
    note(
      `${counted(ofUnknownProcedures.length, 'document')} of the export ${ofUnknownProcedures.length === 1 ? 'names' : 'name'} no procedures in tables, so what ${ofUnknownProcedures.length === 1 ? 'it is' : 'they are'} for is not known and where ${ofUnknownProcedures.length === 1 ? 'it holds' : 'they hold'} nothing is complete: ${some(ofUnknownProcedures.map((versions) => versions[0]?.draft.displayId ?? ''))}.`,
    )
  for (const [reason, versions] of leftOut)
    note(`${counted(versions.length, 'version')} ${reason} left out: ${some(versions)}.`)
  for (const [name, documents] of places.unplaced)
    note(
      `The export gives no state for ${name} (${some(documents)}): where nothing else places a document it answers indeterminate everywhere.`,
    )
  for (const [name, documents] of places.otherTypes)
    note(`Contractors of the type ${name} are not told apart here and left out: ${some(documents)}.`)
  const passedOver = [
    ...(silent.article > 0 ? [counted(silent.article, 'article version')] : []),
    ...(silent.lcd > 0 ? [counted(silent.lcd, 'determination version')] : []),
  ]
  if (passedOver.length > 0)
    note(`Passed over, since no codes of their own could make a rule: ${passedOver.join(' and ')}.`)
  if (orphans > 0)
    note(`${counted(orphans, 'row')} of the tables belong to no document of the export, or to a draft.`)
  if (unkept.size > 0)
    note(
      `The reviewed readings of ${some([...unkept])} are too long to be kept with their rules: give the overlay with every import.`,
    )
  return { policies, codeSets: codeSetsOf(policies, diagnoses), contractors, edition, versionsHeld }
}

/** Whether it is known which procedures a document is for. A reply to comments on a draft is for none. */
function namesProcedures(draft: ArticleDraft | LcdDraft, related: Relations): boolean {
  if (draft.half === 'lcd')
    return (
      (draft.procedures.get(0)?.size ?? 0) > 0 ||
      related.articleCodes(draft.documentId, draft.related).size > 0
    )
  return draft.procedures.size > 0 || draft.drugs.length > 0 || /^response to comments\b/i.test(draft.title)
}

function successions<D extends Draft>(documents: Documents<D>, leftOut: LeftOut): Array<Dated<D>[]> {
  return [...documents.values()]
    .map((versions) => inSuccession([...versions.values()], leftOut))
    .filter((versions) => versions.length > 0)
}

interface Relations {
  readonly lcdsOf: (articleId: string, named: ReadonlySet<string>) => string[]
  readonly lcdCodes: (lcdId: string) => ReadonlySet<string>
  readonly articleCodes: (lcdId: string, named: ReadonlySet<string>) => ReadonlySet<string>
}

/** Which determinations and articles belong together, whichever of the two says so, with the procedures of each. */
function relationsOf(
  articles: ReadonlyArray<readonly Dated<ArticleDraft>[]>,
  lcds: ReadonlyArray<readonly Dated<LcdDraft>[]>,
  held: PolicyContent,
): Relations {
  const lcdsOf = new Map<string, Set<string>>()
  const articlesOf = new Map<string, Set<string>>()
  const link = (articleId: string, lcdId: string): void => {
    lcdsOf.set(articleId, (lcdsOf.get(articleId) ?? new Set()).add(lcdId))
    articlesOf.set(lcdId, (articlesOf.get(lcdId) ?? new Set()).add(articleId))
  }
  const codes = new Map<string, Set<string>>()
  const add = (key: string, more: Iterable<string>): void => {
    const known = codes.get(key) ?? new Set<string>()
    for (const code of more) known.add(code)
    codes.set(key, known)
  }
  // What an earlier import of the other half brought.
  const given = { a: articles.length > 0, l: lcds.length > 0 }
  for (const { policyId, policySetId: set, versions } of held.policies)
    if (set === policySetId && !given[policyId.startsWith('l') ? 'l' : 'a'])
      add(
        policyId,
        versions.flatMap(({ rules }) => rules.flatMap(({ procedures }) => procedures)),
      )
  for (const { draft } of articles.flat()) {
    add(
      `a${draft.documentId}`,
      [...draft.procedures.values()].flatMap((group) => [...group]),
    )
    for (const lcdId of draft.related) link(draft.documentId, lcdId)
  }
  for (const { draft } of lcds.flat()) {
    add(`l${draft.documentId}`, draft.procedures.get(0) ?? [])
    for (const articleId of draft.related) link(articleId, draft.documentId)
  }
  return {
    lcdsOf: (articleId, named) => [...new Set([...named, ...(lcdsOf.get(articleId) ?? [])])],
    lcdCodes: (lcdId) => codes.get(`l${lcdId}`) ?? new Set(),
    articleCodes: (lcdId, named) =>
      new Set(
        [...named, ...(articlesOf.get(lcdId) ?? [])].flatMap((articleId) => [
          ...(codes.get(`a${articleId}`) ?? []),
        ]),
      ),
  }
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
const some = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${(names.length - 10).toLocaleString('en-US')} more` : ''}`
