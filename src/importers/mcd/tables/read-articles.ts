import { displayIdOf, groupNumber, malformed, procedureIn, unnumbered, type Problem } from './cells.js'
import { diagnosisCode, Diagnoses, meansNothing, placeholder } from './codes.js'
import { contractorKey } from './contractors.js'
import { earliestOf, publishedDate } from './dates.js'
import { ReadDocuments, type ArticleDraft, type Body, type DraftGroup } from './drafts.js'
import { Paragraphs } from '../texts/paragraphs.js'
import { conditionsInBody, speaksOfDiagnoses } from '../texts/patterns.js'
import { readParagraph } from '../texts/reading.js'
import type { Row, Tables } from './tables.js'
import { hashOf, plainTitle, withoutMarkup } from '../texts/plain-text.js'

type Keyed = { readonly article_id: string; readonly article_version: string }

type Articles = ReadDocuments<ArticleDraft>

/** The articles of an export, and the diagnosis codes to which the numbers in their lists refer. */
export interface ReadArticles {
  readonly articles: Articles
  readonly diagnoses: Diagnoses
}

/**
 * Reads the tables of the articles row by row. To save memory it stores the readings of texts in place
 * of the texts, and each code once.
 */
export async function readArticles(tables: Tables): Promise<ReadArticles> {
  const articles: Articles = new ReadDocuments()
  const diagnoses = new Diagnoses()
  await tables.each('article', (row) => addArticle(articles, row))
  await readLinks(tables, articles)
  await readProcedures(tables, articles)
  await readLists(tables, articles, diagnoses)
  await readParagraphs(tables, articles)
  await tables.each('article_x_code_table', (row) => addDrug(find(articles, row), row))
  return { articles, diagnoses }
}

const find = (articles: Articles, row: Keyed): ArticleDraft | undefined =>
  articles.find(row.article_id, row.article_version)

async function readLinks(tables: Tables, articles: Articles): Promise<void> {
  await tables.each('article_x_contractor', (row) => {
    find(articles, row)?.contractors.push(contractorKey(row))
    return undefined
  })
  await tables.each('article_related_documents', (row) => {
    if (row.r_lcd_id !== '') find(articles, row)?.related.add(row.r_lcd_id)
    return undefined
  })
}

async function readProcedures(tables: Tables, articles: Articles): Promise<void> {
  const known = new Map<string, string>()
  await tables.each('article_x_hcpc_code', (row) => {
    const code = procedureIn(row.hcpc_code_id)
    if (code === undefined) return undefined
    const group = groupNumber(row.hcpc_code_group)
    const problem = malformed(row.hcpc_code_id)
    if (problem !== undefined) return problem
    if (group === undefined)
      return {
        column: 'hcpc_code_group',
        reason: `${JSON.stringify(row.hcpc_code_group)} is not the number of a group`,
      }
    const its = find(articles, row)?.procedures
    if (its !== undefined) entryOf(its, group, () => new Set<string>()).add(once(known, code))
    return undefined
  })
}

async function readLists(tables: Tables, articles: Articles, diagnoses: Diagnoses): Promise<void> {
  await tables.each('article_x_icd10_covered', (row) => {
    const { icd10_covered_group: group, icd10_code_id: code, asterisk } = row
    return addCode(
      find(articles, row),
      { list: 'covered', group, code, asterisk },
      diagnoses,
      'icd10_covered_group',
    )
  })
  await tables.each('article_x_icd10_noncovered', (row) => {
    const { icd10_noncovered_group: group, icd10_code_id: code } = row
    const listed = { list: 'noncovered', group, code, asterisk: '' } as const
    return addCode(find(articles, row), listed, diagnoses, 'icd10_noncovered_group')
  })
}

async function readParagraphs(tables: Tables, articles: Articles): Promise<void> {
  await tables.each('article_x_hcpc_code_group', (row) =>
    addText(find(articles, row), 'hcpcs', row.hcpc_code_group, row.paragraph, 'hcpc_code_group'),
  )
  await tables.each('article_x_icd10_covered_group', (row) => {
    const draft = find(articles, row)
    const { icd10_covered_group: group, icd10_covered_ast: footnote } = row
    return (
      addText(draft, 'covered', group, row.paragraph, 'icd10_covered_group') ??
      (meansNothing(footnote)
        ? undefined
        : addText(draft, 'footnote', group, footnote, 'icd10_covered_group'))
    )
  })
  await tables.each('article_x_icd10_noncovered_group', (row) =>
    addText(
      find(articles, row),
      'noncovered',
      row.icd10_noncovered_group,
      row.paragraph,
      'icd10_noncovered_group',
    ),
  )
}

function addArticle(
  articles: Articles,
  row: Row<'article'>,
): Problem<'article_version' | 'article_eff_date' | 'article_end_date' | 'article_pub_date'> | undefined {
  const wrong = unnumbered('article', row.article_id, row.article_version)
  if (wrong !== undefined) return { column: 'article_version', reason: wrong }
  const from = publishedDate(row.article_eff_date)
  const ends = [row.article_rev_end_date, row.article_end_date, row.date_retired]
  const publishedOn = publishedDate(row.article_pub_date)
  // A version without a first day is a draft, so the import skips it. An active version without one is
  // an error in the row.
  if (from === null || (from === undefined && row.status === 'A'))
    return {
      column: 'article_eff_date',
      reason: `${JSON.stringify(row.article_eff_date)} is not the first day of an active article`,
    }
  if (from === undefined) return undefined
  if (publishedOn === null)
    return { column: 'article_pub_date', reason: `${JSON.stringify(row.article_pub_date)} is not a date` }
  const through = earliestOf(ends)
  if (through === null)
    return {
      column: 'article_end_date',
      reason: `one of ${JSON.stringify(ends)} is not a date`,
    }
  const texts = new Paragraphs()
  if (!meansNothing(row.add_icd10_info))
    texts.set({ place: 'information' }, readParagraph(row.add_icd10_info, 'elsewhere'))
  articles.add({
    half: 'article',
    documentId: row.article_id,
    version: row.article_version,
    displayId: displayIdOf(row.display_id, `A${row.article_id}`),
    title: plainTitle(row.title),
    status: row.status,
    from,
    through,
    publishedOn,
    contractors: [],
    related: new Set(),
    procedures: new Map(),
    covered: new Map(),
    noncovered: new Map(),
    texts,
    body: bodyOf(`${row.description}\n${row.other_comments}`),
    drugs: [],
    damaged: { codes: false, texts: false },
  })
  return undefined
}

function bodyOf(html: string): Body {
  const text = withoutMarkup(html).replace(/\s+/g, ' ')
  return {
    hash: hashOf(text),
    conditions: conditionsInBody.test(text),
    speaksOfDiagnoses: speaksOfDiagnoses.test(text),
  }
}

function addText<Column extends string>(
  draft: ArticleDraft | undefined,
  place: 'covered' | 'footnote' | 'noncovered' | 'hcpcs',
  group: string,
  html: string,
  column: Column,
): Problem<Column> | undefined {
  const number = groupNumber(group)
  if (number === undefined) {
    if (draft !== undefined) draft.damaged.texts = true
    return { column, reason: `${JSON.stringify(group)} is not the number of a group` }
  }
  draft?.texts.set({ place, number }, readParagraph(html, place === 'footnote' ? 'elsewhere' : place))
  return undefined
}

/** A row of the list of supporting (`covered`) or not supporting (`noncovered`) diagnoses. */
interface ListedCode {
  readonly list: 'covered' | 'noncovered'
  readonly group: string
  readonly code: string
  readonly asterisk: string
}

function addCode<Column extends string>(
  draft: ArticleDraft | undefined,
  { list, group, code: text, asterisk }: ListedCode,
  diagnoses: Diagnoses,
  column: Column,
): Problem<Column | 'icd10_code_id'> | undefined {
  const number = groupNumber(group)
  if (meansNothing(text) || draft === undefined) return undefined
  if (number === undefined) {
    draft.damaged.codes = true
    return { column, reason: `${JSON.stringify(group)} is not the number of a group` }
  }
  const its = entryOf(draft[list], number, (): DraftGroup => ({ codes: [], starred: [], placeholder: false }))
  if (text.toUpperCase() === placeholder) {
    its.placeholder = true
    return undefined
  }
  const code = diagnosisCode(text)
  if (code === undefined) draft.damaged.codes = true
  if (code === undefined)
    return {
      column: 'icd10_code_id',
      reason: `${JSON.stringify(text.slice(0, 40))} is not an ICD-10-CM code`,
    }
  const id = diagnoses.numberOf(code)
  its.codes.push(id)
  if (asterisk !== '' && asterisk.toUpperCase() !== 'N') its.starred.push(id)
  return undefined
}

function addDrug(
  draft: ArticleDraft | undefined,
  row: Row<'article_x_code_table'>,
): Problem<'eff_date' | 'end_date' | 'hcpc_code_id'> | undefined {
  const procedure = procedureIn(row.hcpc_code_id)
  if (procedure === undefined || draft === undefined) return undefined
  const [from, through] = [publishedDate(row.eff_date), publishedDate(row.end_date)]
  const problem = malformed(row.hcpc_code_id)
  if (problem !== undefined) return problem
  if (from === null) return { column: 'eff_date', reason: `${JSON.stringify(row.eff_date)} is not a date` }
  if (through === null) return { column: 'end_date', reason: `${JSON.stringify(row.end_date)} is not a date` }
  draft.drugs.push({
    procedure,
    brand: plainTitle(row.brand_name).slice(0, 120),
    from,
    through,
    qualified: !meansNothing(plainTitle(row.comments)),
  })
  return undefined
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function once(known: Map<string, string>, code: string): string {
  const found = known.get(code)
  if (found === undefined) known.set(code, code)
  return found ?? code
}
