import {
  answerPage,
  type AnswerRow,
  type LineOfPage,
  type SourceOfPage,
  type StepOfPage,
  type ToldAnswer,
} from './answer-page.js'
import { answerStyle } from './answer-style.js'
import { hostOf } from './document-words.js'
import { htmlMarks, htmlPointers } from './html-sources.js'
import { elements, escapeHtml, htmlDocument, htmlLink } from './html-text.js'

/** The page of an answer as one HTML document. It has no script, loads nothing, and escapes all text. */
export function answerAsHtml(answer: ToldAnswer): string {
  const { headline, outcome, warnings, about, steps, moreSteps, lines, notChecked, sources, remarks } =
    answerPage(answer)
  return htmlDocument({
    title: headline,
    style: answerStyle,
    content: `<header>
<div class="top">
<h1>${escapeHtml(headline)}</h1>${outcome === undefined ? '' : `\n<p class="answer">Outcome<b>${escapeHtml(outcome)}</b></p>`}
</div>
<p class="meta">${about.map(([name, value]) => `${escapeHtml(name)}: <strong>${escapeHtml(value)}</strong>`).join(' · ')}</p>${warnings.length === 0 ? '' : `\n<ul class="warnings">${elements('li', warnings.map(escapeHtml))}</ul>`}
</header>
<main>
${steps.length === 0 ? '' : stepsIn(steps, moreSteps)}${lines.map(lineIn).join('\n')}${notChecked.length === 0 ? '' : `\n<section class="quiet" aria-labelledby="not-checked"><h2 id="not-checked">Not checked on any line</h2>${pointsIn(notChecked)}</section>`}
</main>
<footer>
${sourcesIn(sources)}${remarks.map((remark) => `<p>${sources.length === 0 ? escapeHtml(remark) : linked(remark)}</p>\n`).join('')}<p>Decided from the documents that are loaded. Not a promise of payment.</p>
</footer>`,
  })
}

function stepsIn(steps: readonly StepOfPage[], moreSteps: string | undefined): string {
  return `<section aria-labelledby="steps"><h2 id="steps">What to do</h2>
<ol>${elements(
    'li',
    steps.map(
      ({ text, questions }) =>
        `${escapeHtml(text)}${questions.length === 0 ? '' : `<ul>${elements('li', questions.map(escapeHtml))}</ul>`}`,
    ),
  )}</ol>${moreSteps === undefined ? '' : `<p class="meta">${escapeHtml(moreSteps)}</p>`}</section>
`
}

function lineIn({ title, outcome, headline, rows, why, parts }: LineOfPage, at: number): string {
  const id = `line-${at + 1}`
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}${outcome === undefined ? '' : ` · ${escapeHtml(outcome)}`}</h2>${headline === undefined ? '' : `<p class="meta">${escapeHtml(headline)}</p>`}
${tableIn(rows, why)}${parts
    .map(
      (part) => `
<h3>${escapeHtml(part.title)}</h3>${part.groups
        .map(({ title: { text, sources }, points }) =>
          text === ''
            ? pointsIn(points)
            : `<div class="group">${escapeHtml(text)}${htmlPointers(sources)}${pointsIn(points)}</div>`,
        )
        .join('')}`,
    )
    .join('')}</section>`
}

const pointsIn = (points: readonly string[]): string =>
  points.length === 0 ? '' : `<ul class="points">${elements('li', points.map(escapeHtml))}</ul>`

/** The table of a line; without the column of reasons where the view has none. */
function tableIn(rows: readonly AnswerRow[], why: string | undefined): string {
  return `<div class="table"><table><thead><tr><th scope="col">Question</th><th scope="col">Answer</th>${why === undefined ? '' : `<th scope="col">${why}</th>`}</tr></thead><tbody>${rows
    .map(
      ({ question, answer, text, notes, sources }) => `
<tr><th scope="row">${escapeHtml(question)}</th><td class="verdict">${escapeHtml(answer)}</td>${why === undefined ? '' : `<td>${escapeHtml(text)}${htmlPointers(sources)}${pointsIn(notes)}</td>`}</tr>`,
    )
    .join('')}
</tbody></table></div>`
}

/** Links the numbers of sources in a text of ours. */
function linked(text: string): string {
  return escapeHtml(text).replace(/\[(\d+)\]/g, '<a href="#source-$1">[$1]</a>')
}

function sourcesIn(sources: readonly SourceOfPage[]): string {
  return sources.length === 0
    ? ''
    : `<div class="table"><table><caption>Sources</caption><thead><tr><th scope="col">No.</th><th scope="col">Document, and what it says</th><th scope="col">Dates</th><th scope="col">Grade</th></tr></thead><tbody>
${sources.map(sourceRow).join('\n')}
</tbody></table></div>
`
}

function sourceRow({ number, url, document, dates, grade, marks, rules }: SourceOfPage): string {
  const said = rules.map(
    ({ place, statement, reading, codes }) =>
      `${place === '' ? '' : `<span class="place">${escapeHtml(place)}:</span> `}${escapeHtml(statement)}${reading === undefined ? '' : ` <span class="reading">Our reading: ${escapeHtml(reading)}</span>`}${codes === undefined ? '' : ` ${escapeHtml(codes)}`}`,
  )
  return `<tr id="source-${number}"><th scope="row">[${number}]</th><td>${htmlLink(url, document)} (${escapeHtml(hostOf(url))})${said.length === 0 ? '' : `<ul class="points">${elements('li', said)}</ul>`}</td><td>${escapeHtml(dates)}</td><td>${grade === 'primary' ? grade : ''}${htmlMarks(marks)}</td></tr>`
}
