// Writes the article tables of a Medicare Coverage Database export at their published size and form: quoted CSV, dots in the codes,
// bodies of HTML with quotes and line breaks. Nothing in them is from a document.
//   tsx bench/generate-mcd.ts <folder> [rows]      rows of all tables together; 575,000 is the size of the export of 2026
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'

const [folder, given = '575000'] = process.argv.slice(2)
if (folder === undefined || !/^\d+$/.test(given))
  throw new Error('usage: tsx bench/generate-mcd.ts <folder> [rows]')
mkdirSync(folder, { recursive: true })
const target = Number(given)
const scale = target / 575_000
const articles = Math.max(4, Math.round(2002 * scale))
const perArticle = {
  covered: 431_120 / 2002,
  noncovered: 45_352 / 2002,
  hcpc: 18_158 / 2002,
  contractor: 27_064 / 2002,
  related: 6_572 / 2002,
}
let written = 0

// A generator of one's own: the same folder is written every time.
let seed = 20260921
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 4294967296) * below)
}
const letters = 'ABCDEFGHIJKLMNOPQRST'
const diagnosis = (n: number): string => {
  const category = `${letters[Math.floor(n / 3700) % 20]}${String(Math.floor(n / 37) % 100).padStart(2, '0')}`
  return `${category}.${String(n % 37).padStart(2, '0')}${n % 3 === 0 ? 'A' : ''}`
}
const procedure = (n: number): string =>
  n % 3 === 0 ? String(10000 + (n % 89999)) : `${letters[n % 20]}${String((n * 7) % 10000).padStart(4, '0')}`
const cell = (value: string | number): string => `"${String(value).replaceAll('"', '""')}"`

async function table(
  name: string,
  headings: readonly string[],
  rows: Iterable<ReadonlyArray<string | number>>,
): Promise<void> {
  const out: WriteStream = createWriteStream(join(folder ?? '.', `${name}.csv`))
  out.write(`${headings.map(cell).join(',')}\r\n`)
  for (const row of rows) {
    written++
    if (!out.write(`${row.map(cell).join(',')}\r\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

const stamp = '2026-09-21 00:00:00'
const id = (article: number): number => 50000 + article
const version = (article: number): number => 3 + (article % 30)
const count = (mean: number, article: number): number =>
  Math.max(1, Math.round(mean * [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.6, 2.2][article % 8]!))
const groups = (article: number): number => 1 + (article % 5 === 0 ? article % 7 : 0)
const body = (article: number): string => {
  const paragraph = `<p style="margin-left: 0in; font-family: &quot;Arial&quot;">Paragraph of the article with a "quoted" word,\r\na second line, and&nbsp;an entity &amp;amp; another.</p>\r\n<ul>\r\n<li>First</li>\r\n<li>Second</li>\r\n</ul>\r\n`
  return paragraph.repeat(40 + (article % 90))
}
const paragraphs = [
  '',
  '<p>N/A</p>',
  '<p>The following ICD-10-CM codes support medical necessity and provide coverage.</p>',
  'It is the provider&rsquo;s responsibility to select codes carried out to the highest level of specificity.',
  '<p><span style="font-size: 10pt">One ICD-10-CM code from Group 1 and one from Group 2 must be billed.</span></p>',
  '<p>The diagnosis must be accompanied by a &amp;quot;secondary&amp;quot; code and documented in the record.</p>',
]
const contractors = 40
const types = ['8', '9', '19', '11']

function* each(
  make: (article: number) => Iterable<ReadonlyArray<string | number>>,
): Iterable<ReadonlyArray<string | number>> {
  for (let article = 0; article < articles; article++) yield* make(article)
}

function* times<T>(n: number, make: (i: number) => T): Iterable<T> {
  for (let i = 0; i < n; i++) yield make(i)
}

await table(
  'article',
  [
    'article_id',
    'article_version',
    'article_type',
    'title',
    'article_pub_date',
    'article_eff_date',
    'article_end_date',
    'description',
    'other_comments',
    'sad_url',
    'status',
    'last_updated',
    'history_exp',
    'key_article',
    'icd9_covered_para',
    'icd9_noncovered_para',
    'revenue_para',
    'thirty_percent',
    'article_rev_end_date',
    'source_article_id',
    'date_retired',
    'keywords',
    'icd10_doc',
    'add_icd10_info',
    'cms_cov_policy',
    'display_id',
    'reference_article',
  ],
  each((a) => [
    [
      id(a),
      version(a),
      6,
      `Billing and Coding: Article <sub>${a}</sub>`,
      stamp,
      `20${String(16 + (a % 10))}-10-01 00:00:00`,
      '',
      body(a),
      '',
      '',
      'A',
      stamp,
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      'Y',
      '',
      '',
      `A${id(a)}`,
      '',
    ],
  ]),
)
await table(
  'article_x_hcpc_code',
  [
    'article_id',
    'article_version',
    'hcpc_code_id',
    'hcpc_code_version',
    'hcpc_code_group',
    'range',
    'last_updated',
    'long_description',
    'short_description',
  ],
  each((a) =>
    times(count(perArticle.hcpc, a), (i) => [
      id(a),
      version(a),
      procedure(a * 31 + i),
      2026,
      1,
      'N',
      stamp,
      'LONG DESCRIPTION OF A PROCEDURE, AS LONG AS THEY ARE',
      'SHORT',
    ]),
  ),
)
await table(
  'article_x_hcpc_code_group',
  ['article_id', 'article_version', 'hcpc_code_group', 'paragraph', 'last_updated'],
  each((a) => [[id(a), version(a), 1, a % 40 === 0 ? 'See the instructions.' : '', stamp]]),
)
await table(
  'article_x_icd10_covered',
  [
    'article_id',
    'article_version',
    'icd10_code_id',
    'icd10_code_version',
    'icd10_covered_group',
    'range',
    'last_updated',
    'sort_order',
    'description',
    'asterisk',
  ],
  each((a) => {
    // A third of the articles have the list of another one, as contractors copy each other's.
    const start = a % 3 === 0 ? (a % 50) * 600 : random(60_000)
    return times(count(perArticle.covered, a % 3 === 0 ? 4 : a), (i) => [
      id(a),
      version(a),
      diagnosis(start + i),
      2026,
      1 + (i % groups(a)),
      'N',
      stamp,
      i + 1,
      'Description of a disease or condition, as long as they mostly are',
      i % 90 === 89 ? 'Y' : 'N',
    ])
  }),
)
await table(
  'article_x_icd10_covered_group',
  ['article_id', 'article_version', 'icd10_covered_group', 'paragraph', 'last_updated', 'icd10_covered_ast'],
  each((a) =>
    times(groups(a), (g) => [
      id(a),
      version(a),
      g + 1,
      paragraphs[(a + g) % paragraphs.length]!,
      stamp,
      a % 9 === 0 ? '<p>*Only with another code.</p>' : '',
    ]),
  ),
)
await table(
  'article_x_icd10_noncovered',
  [
    'article_id',
    'article_version',
    'icd10_code_id',
    'icd10_code_version',
    'icd10_noncovered_group',
    'range',
    'last_updated',
    'sort_order',
    'description',
  ],
  each((a) =>
    a % 4 !== 0
      ? [[id(a), version(a), 'XX000', 2026, 1, 'N', stamp, 1, 'Not Applicable']]
      : times(count(perArticle.noncovered * 3.85, a / 4), (i) => [
          id(a),
          version(a),
          diagnosis(random(74_000)),
          2026,
          1,
          'N',
          stamp,
          i + 1,
          'Description of a disease or condition, as long as they mostly are',
        ]),
  ),
)
await table(
  'article_x_icd10_noncovered_group',
  ['article_id', 'article_version', 'icd10_noncovered_group', 'paragraph', 'last_updated'],
  each((a) =>
    a % 5 === 4
      ? []
      : [
          [
            id(a),
            version(a),
            1,
            a % 4 === 0
              ? 'N/A'
              : 'All those not listed under the &ldquo;ICD-10-CM Codes that Support Medical Necessity&rdquo; section of this article.',
            stamp,
          ],
        ],
  ),
)
await table(
  'article_x_contractor',
  [
    'article_id',
    'article_version',
    'article_type',
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
    'last_updated',
  ],
  each((a) =>
    times(count(perArticle.contractor, a), (i) => [
      id(a),
      version(a),
      6,
      100 + ((a + i) % contractors),
      types[((a + i) % contractors) % 4]!,
      1,
      stamp,
    ]),
  ),
)
await table(
  'article_related_documents',
  [
    'article_id',
    'article_version',
    'related_num',
    'r_article_id',
    'r_article_version',
    'r_lcd_id',
    'r_lcd_version',
    'r_contractor_id',
    'last_updated',
  ],
  each((a) =>
    times(count(perArticle.related, a), (i) => [
      id(a),
      version(a),
      i + 1,
      '',
      '',
      30000 + (a % 900) + i,
      '',
      '',
      stamp,
    ]),
  ),
)
await table(
  'contractor',
  [
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
    'contractor_bus_name',
    'contractor_number',
    'dmerc_rgn',
    'address1',
    'address2',
    'address3',
    'city',
    'state_id',
    'zipcode',
    'phone',
    'fax',
    'status',
    'last_updated',
    'url',
    'email',
    'ignore',
    'status_flag',
    'cmd_name',
    'cmd_title',
    'contractor_subtype_id',
  ],
  times(contractors, (i) => [
    100 + i,
    types[i % 4]!,
    1,
    `Contractor ${Math.floor(i / 4)}`,
    String(10000 + i),
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    'A',
    stamp,
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ]),
)
const states =
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY'.split(
    ' ',
  )
await table(
  'contractor_jurisdiction',
  [
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
    'state_id',
    'last_updated',
    'active_date',
    'term_date',
  ],
  times(contractors * 7, (i) => [
    100 + (i % contractors),
    types[(i % contractors) % 4]!,
    1,
    1 + ((i * 5 + Math.floor(i / contractors)) % 50),
    stamp,
    '2015-10-01 00:00:00',
    '',
  ]),
)
await table(
  'contractor_type_lookup',
  ['contractor_type_id', 'description'],
  [
    ['8', 'MAC - Part A'],
    ['9', 'MAC - Part B'],
    ['19', 'DME MAC'],
    ['11', 'HHH MAC'],
  ],
)
await table(
  'state_lookup',
  ['state_id', 'state_abbrev', 'description'],
  states.map((state, i) => [i + 1, state, state]),
)
await table(
  'update_period',
  ['period_id', 'begin_date', 'dis_end_date'],
  [
    [1219, '2026-09-14 00:00:00', '2026-09-21 00:00:00'],
    [1220, '2026-09-21 00:00:00', '2026-09-28 00:00:00'],
  ],
)
process.stdout.write(`${written} rows in ${folder}\n`)
