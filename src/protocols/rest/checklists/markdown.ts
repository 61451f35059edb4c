import type {
  Checklist,
  ChecklistItem,
  ChecklistSection,
  OutlinePart,
} from '../../../decision/advice/checklist/answer.js'
import {
  dateWords,
  documentWords,
  markWords,
  neutralNote,
  requirementWords,
} from '../../../rendering/pages/document-words.js'
import { markdownLink, markdownPointers, plainMarkdown } from '../../../rendering/pages/markdown-text.js'
import {
  hasLists,
  listWords,
  notCoveredWords,
  outlineNote,
  scopeWords,
  standingWords,
  stepTitles,
} from './page-words.js'

/** The whole page as Markdown. Only long code lists are shortened, as in the data. */
export function checklistAsMarkdown(page: Checklist): string {
  const { procedureCode, procedureTitle, planName, planId, dateOfService, policyRevision } = page
  return `${[
    `# ${plainMarkdown(procedureCode)} under ${plainMarkdown(planName ?? planId ?? 'no plan that is held')}`,
    ...(procedureTitle === undefined ? [] : [plainMarkdown(procedureTitle)]),
    `For services on **${dateOfService}** · policy revision ${policyRevision} · ${plainMarkdown(scopeWords(page))}`,
    ...page.warnings.map((warning) => `> **${plainMarkdown(warning)}**`),
    ...(page.planNote === undefined ? [] : [`Plan: ${plainMarkdown(page.planNote)}`]),
    ...[1, 2, 3, 4, 5].flatMap((step) => [
      `## ${step}. ${stepTitles[step] ?? ''}`,
      ...page.sections
        .filter((section) => section.step === step)
        .flatMap((section) => sectionIn(section, page)),
    ]),
    ...(page.justification === undefined
      ? []
      : [
          '## Outline of the clinical justification',
          plainMarkdown(outlineNote),
          ...page.justification.flatMap(outlineIn),
        ]),
    '## Not covered by this page',
    plainMarkdown(notCoveredWords(page)),
    '## Sources',
    page.citations
      .map(
        (one) =>
          `${one.number}. ${one.marks.map((mark) => `**${markWords[mark]}** `).join('')}${plainMarkdown(documentWords(one.citation))} (${plainMarkdown(dateWords(one.citation))}; grade ${one.citation.grade}): ${markdownLink(one.citation.url)}${one.policyPath === undefined ? '' : `; rules and whole lists: \`${one.policyPath}\``}`,
      )
      .join('\n') || 'None.',
  ].join('\n\n')}\n`
}

function sectionIn({ topic, title, items }: ChecklistSection, { requirement }: Checklist): string[] {
  const answer = topic === 'prior-authorization' ? `: ${requirementWords[requirement]}` : ''
  return [
    `### ${title}${answer}`,
    items.map(itemIn).join('\n'),
    ...(hasLists(items) ? [`_${neutralNote}_`] : []),
  ]
}

function itemIn({
  standing,
  label,
  text,
  when,
  dependsOn,
  points,
  lists,
  reading,
  citationPointers,
}: ChecklistItem): string {
  const head = [standingWords[standing], label ?? '']
    .filter((word) => word !== '')
    .map((word) => `**${plainMarkdown(word)}.** `)
    .join('')
  const inner = [
    ...(when === undefined ? [] : [`Applies when: ${when}.`]),
    ...(dependsOn === undefined ? [] : [dependsOn]),
    ...points,
    ...lists.map((list) => {
      const words = listWords(list)
      return `${words.title}: ${words.codes}`
    }),
    ...(reading === undefined ? [] : [`Our reading: ${reading}`]),
  ]
  return [
    `- ${standing === 'rule' ? '[ ] ' : ''}${head}${plainMarkdown(text)}${markdownPointers(citationPointers)}`,
    ...inner.map((line) => `  - ${plainMarkdown(line)}`),
  ].join('\n')
}

function outlineIn({ title, given, gaps }: OutlinePart): string[] {
  return [
    `### ${title}`,
    [...given, ...gaps.map((gap) => ({ ...gap, text: `**${gap.text}**` }))]
      .map(
        ({ text, citationPointers }) =>
          `- ${text.startsWith('**') ? `**${plainMarkdown(text.slice(2, -2))}**` : plainMarkdown(text)}${markdownPointers(citationPointers)}`,
      )
      .join('\n'),
  ]
}
