import type {
  Checklist,
  ChecklistCitation,
  ChecklistItem,
  ChecklistSection,
  OutlinePart,
} from '../../../decision/advice/checklist/answer.js'
import { count } from '../../../decision/explain/wording.js'
import {
  dateWords,
  documentWords,
  hostOf,
  neutralNote,
  requirementWords,
} from '../../../rendering/pages/document-words.js'
import { elements, escapeHtml, htmlDocument, htmlLink } from '../../../rendering/pages/html-text.js'
import { htmlMarks, htmlPointers } from '../../../rendering/pages/html-sources.js'
import { cut, fitFor, shown, type Fit } from './fit.js'
import {
  listWords,
  hasLists,
  needsHeading,
  notCoveredWords,
  outlineNote,
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
  return htmlDocument({
    title: `Checklist: ${page.procedureCode} under ${name}, ${page.dateOfService}`,
    style: pageStyle,
    bodyClass: `s${fit.size}`,
    content: `${header(page, name, fit)}
<main>
${page.justification === undefined ? '' : outline(page.justification)}
<div class="columns">
${[1, 2, 3, 4, 5].map((step) => stepIn(step, page, fit)).join('\n')}
</div>
</main>
${footer(page, fit)}`,
  })
}

function header(page: Checklist, name: string, fit: Fit): string {
  const { procedureCode, procedureTitle, dateOfService, policyRevision, requirement, warnings, planNote } =
    page
  return `<header>
<div class="top">
<h1>${escapeHtml(procedureCode)} under ${escapeHtml(name)}${procedureTitle === undefined ? '' : `<small>${escapeHtml(procedureTitle)}</small>`}</h1>
<p class="answer">Prior authorization<b>${requirementWords[requirement]}</b></p>
</div>
<p class="meta"><strong>For services on ${dateOfService}</strong> · ${escapeHtml(scopeWords(page))} · Policy revision ${policyRevision}</p>
${planNote === undefined ? '' : `<p class="meta">${escapeHtml(cut(planNote, fit))}</p>`}
${warnings.length === 0 ? '' : `<ul class="warnings">${elements('li', warnings.map(escapeHtml))}</ul>`}
</header>`
}

function stepIn(step: number, page: Checklist, fit: Fit): string {
  const sections = page.sections.filter((section) => section.step === step)
  const id = `step-${step}`
  return `<section aria-labelledby="${id}"><h2 id="${id}">${step}. ${escapeHtml(stepTitles[step] ?? '')}</h2>${sections.map((section) => sectionIn(section, page, fit)).join('')}</section>`
}

function sectionIn({ topic, step, title, items: all }: ChecklistSection, page: Checklist, fit: Fit): string {
  const { items, left } = shown(all, fit)
  const heading = needsHeading(step, page.sections)
    ? `<h3>${escapeHtml(title)}${topic === 'prior-authorization' ? `: ${requirementWords[page.requirement]}` : ''}</h3>`
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
        `<span class="tag">${standing === 'undecided' && word === label && source !== undefined ? htmlLink(source, word) : escapeHtml(word)}.</span> `,
    )
    .join('')
  const inner = [
    ...(when === undefined ? [] : [`Applies when: ${escapeHtml(cut(when, fit))}.`]),
    ...(dependsOn === undefined ? [] : [escapeHtml(cut(dependsOn, fit))]),
    ...points.map((point) => escapeHtml(cut(point, fit))),
    ...lists.map((list) => {
      const words = listWords(list)
      return `<b>${escapeHtml(cut(words.title, fit))}:</b> ${escapeHtml(cut(words.codes, fit))}`
    }),
    ...(reading === undefined
      ? []
      : [`<span class="reading">Our reading: ${escapeHtml(cut(reading, fit))}</span>`]),
  ]
  return `<li class="${standing}">${tag}${escapeHtml(cut(text, fit))}${pointersIn(citationPointers, citations)}${inner.length === 0 ? '' : `<ul>${elements('li', inner)}</ul>`}</li>`
}

/** Numbers of the sources, with a mark at those that must not be relied on alone. */
function pointersIn(numbers: readonly number[], citations: readonly ChecklistCitation[]): string {
  return numbers
    .map((number) => {
      const marks = (citations[number - 1]?.marks ?? []).filter((mark) => mark !== 'edition-behind')
      return `${htmlPointers([number])}${htmlMarks(marks)}`
    })
    .join('')
}

function outline(parts: readonly OutlinePart[]): string {
  return `<section class="outline" aria-labelledby="outline"><h2 id="outline">Outline of the clinical justification</h2><p class="meta note">${outlineNote}</p>
<div>${parts
    .map(
      ({ title, given, gaps }) =>
        `<section><h3>${escapeHtml(title)}</h3><ul>${[
          ...given.map((point) => `<li>${outlinePoint(point)}</li>`),
          ...gaps.map((point) => `<li class="gap">${outlinePoint(point)}</li>`),
        ].join('')}</ul></section>`,
    )
    .join('')}</div></section>`
}

function outlinePoint({ text, citationPointers }: OutlinePart['given'][number]): string {
  return `${escapeHtml(text)}${htmlPointers(citationPointers)}`
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
<p><strong>Not covered by this page:</strong> ${escapeHtml(cut(notCoveredWords(page), fit))}</p>
<p>Advice from what is held of the plan's documents, not a determination and not a promise of payment. Check each visit before it is billed. ☐ a rule · ! undecided, read the text · ? no rule held.${fit.mostCharacters === Infinity ? '' : ' Shortened to fit one page where […] stands; Markdown and JSON have the whole.'}</p>
</footer>`
}

function sourceRow(one: ChecklistCitation): string {
  const {
    number,
    marks,
    citation: { url, grade },
  } = one
  return `<tr id="source-${number}"><th scope="row">[${number}]</th><td>${htmlLink(url, documentWords(one.citation))} (${escapeHtml(hostOf(url))})</td><td>${escapeHtml(dateWords(one.citation))}</td><td>${escapeHtml(grade)}${htmlMarks(marks.filter((mark) => mark !== 'secondary-source' && mark !== 'fictional-source'))}</td></tr>`
}
