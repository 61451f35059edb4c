import type {
  Checklist,
  ChecklistCitation,
  ChecklistItem,
  ChecklistSection,
  OutlinePart,
} from '../../../decision/advice/checklist/answer.js'
import { count } from '../../../decision/explain/wording.js'
import { cut, fitFor, shown, type Fit } from './fit.js'
import {
  dateWords,
  documentWords,
  listWords,
  hasLists,
  hostOf,
  markWords,
  needsHeading,
  neutralNote,
  notCoveredWords,
  outlineNote,
  requirementWords,
  scopeWords,
  standingWords,
  stepTitles,
} from './page-words.js'
import { pageStyle } from './style.js'

/**
 * The page as one HTML document that prints on one sheet. It has no script, loads nothing, and
 * escapes all text.
 */
export function checklistAsHtml(page: Checklist): string {
  const fit = fitFor(page)
  const name = page.planName ?? page.planId ?? 'no plan that is held'
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(`Checklist: ${page.procedureCode} under ${name}, ${page.dateOfService}`)}</title>
<style>${pageStyle}</style>
</head>
<body class="s${fit.size}">
${header(page, name, fit)}
<main>
${page.justification === undefined ? '' : outline(page.justification)}
<div class="columns">
${[1, 2, 3, 4, 5].map((step) => stepIn(step, page, fit)).join('\n')}
</div>
</main>
${footer(page, fit)}
</body>
</html>
`
}

function header(page: Checklist, name: string, fit: Fit): string {
  const { procedureCode, procedureTitle, dateOfService, policyRevision, requirement, warnings, planNote } =
    page
  return `<header>
<div class="top">
<h1>${escape(procedureCode)} under ${escape(name)}${procedureTitle === undefined ? '' : `<small>${escape(procedureTitle)}</small>`}</h1>
<p class="answer">Prior authorization<b>${requirementWords[requirement]}</b></p>
</div>
<p class="meta"><strong>For services on ${dateOfService}</strong> · ${escape(scopeWords(page))} · Policy revision ${policyRevision}</p>
${planNote === undefined ? '' : `<p class="meta">${escape(cut(planNote, fit))}</p>`}
${warnings.length === 0 ? '' : `<ul class="warnings">${warnings.map((warning) => `<li>${escape(warning)}</li>`).join('')}</ul>`}
</header>`
}

function stepIn(step: number, page: Checklist, fit: Fit): string {
  const sections = page.sections.filter((section) => section.step === step)
  const id = `step-${step}`
  return `<section aria-labelledby="${id}"><h2 id="${id}">${step}. ${escape(stepTitles[step] ?? '')}</h2>${sections.map((section) => sectionIn(section, page, fit)).join('')}</section>`
}

function sectionIn({ topic, step, title, items: all }: ChecklistSection, page: Checklist, fit: Fit): string {
  const { items, left } = shown(all, fit)
  const heading = needsHeading(step, page.sections)
    ? `<h3>${escape(title)}${topic === 'prior-authorization' ? `: ${requirementWords[page.requirement]}` : ''}</h3>`
    : ''
  return `${heading}
<ul class="items">${items.map((item) => itemIn(item, page.citations, fit)).join('')}${left === 0 ? '' : `<li class="undecided">${count(left, 'more rule', 'more rules')} did not fit this page: see it as Markdown or JSON.</li>`}</ul>${hasLists(all) ? `<p class="meta note">${neutralNote}</p>` : ''}`
}

function itemIn(item: ChecklistItem, citations: readonly ChecklistCitation[], fit: Fit): string {
  const { standing, label, text, when, dependsOn, points, lists, reading, citationPointers } = item
  const source = citations[(citationPointers[0] ?? 0) - 1]?.citation.url
  const tag = [standingWords[standing], label ?? '']
    .filter((word) => word !== '')
    .map(
      (word) =>
        `<span class="tag">${standing === 'undecided' && word === label && source !== undefined ? `<a href="${escape(source)}" rel="noreferrer">${escape(word)}</a>` : escape(word)}.</span> `,
    )
    .join('')
  const inner = [
    ...(when === undefined ? [] : [`Applies when: ${escape(cut(when, fit))}.`]),
    ...(dependsOn === undefined ? [] : [escape(cut(dependsOn, fit))]),
    ...points.map((point) => escape(cut(point, fit))),
    ...lists.map((list) => {
      const words = listWords(list)
      return `<b>${escape(cut(words.title, fit))}:</b> ${escape(cut(words.codes, fit))}`
    }),
    ...(reading === undefined
      ? []
      : [`<span class="reading">Our reading: ${escape(cut(reading, fit))}</span>`]),
  ]
  return `<li class="${standing}">${tag}${escape(cut(text, fit))}${pointersIn(citationPointers, citations)}${inner.length === 0 ? '' : `<ul>${inner.map((line) => `<li>${line}</li>`).join('')}</ul>`}</li>`
}

/** Numbers of the sources, with a mark at those that must not be relied on alone. */
function pointersIn(numbers: readonly number[], citations: readonly ChecklistCitation[]): string {
  return numbers
    .map((number) => {
      const marks = (citations[number - 1]?.marks ?? []).filter((mark) => mark !== 'edition-behind')
      return ` <a href="#source-${number}">[${number}]</a>${marks.map(markIn).join('')}`
    })
    .join('')
}

function markIn(mark: ChecklistCitation['marks'][number]): string {
  return ` <span class="mark ${mark}">${markWords[mark]}</span>`
}

function outline(parts: readonly OutlinePart[]): string {
  return `<section class="outline" aria-labelledby="outline"><h2 id="outline">Outline of the clinical justification</h2><p class="meta note">${outlineNote}</p>
<div>${parts
    .map(
      ({ title, given, gaps }) =>
        `<section><h3>${escape(title)}</h3><ul>${[
          ...given.map((point) => `<li>${outlinePoint(point)}</li>`),
          ...gaps.map((point) => `<li class="gap">${outlinePoint(point)}</li>`),
        ].join('')}</ul></section>`,
    )
    .join('')}</div></section>`
}

function outlinePoint({ text, citationPointers }: OutlinePart['given'][number]): string {
  return `${escape(text)}${citationPointers.map((number) => ` <a href="#source-${number}">[${number}]</a>`).join('')}`
}

function footer(page: Checklist, fit: Fit): string {
  return `<footer>
${
  page.citations.length === 0
    ? '<p>No document is held that speaks here.</p>'
    : `<div class="table"><table><caption>Sources</caption><thead><tr><th scope="col">No.</th><th scope="col">Document</th><th scope="col">Dates</th><th scope="col">Grade</th></tr></thead><tbody>
${page.citations.map(sourceRow).join('\n')}
</tbody></table></div>`
}
<p><strong>Not covered by this page:</strong> ${escape(cut(notCoveredWords(page), fit))}</p>
<p>Advice from what is held of the plan's documents, not a determination and not a promise of payment. Check each visit before it is billed. ☐ a rule · ! undecided, read the text · ? no rule held.${fit.mostCharacters === Infinity ? '' : ' Shortened to fit one page where […] stands; Markdown and JSON have the whole.'}</p>
</footer>`
}

function sourceRow(one: ChecklistCitation): string {
  const {
    number,
    marks,
    citation: { url, grade },
  } = one
  return `<tr id="source-${number}"><th scope="row">[${number}]</th><td><a href="${escape(url)}" rel="noreferrer">${escape(documentWords(one))}</a> (${escape(hostOf(url))})</td><td>${escape(dateWords(one))}</td><td>${escape(grade)}${marks
    .filter((mark) => mark !== 'secondary-source' && mark !== 'fictional-source')
    .map(markIn)
    .join('')}</td></tr>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
