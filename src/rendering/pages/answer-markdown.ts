import {
  answerPage,
  type AnswerRow,
  type LineOfPage,
  type SourceOfPage,
  type ToldAnswer,
} from './answer-page.js'
import { markWords } from './document-words.js'
import { markdownLink, markdownPointers, plainMarkdown } from './markdown-text.js'

/** The page of an answer as Markdown: the same words as the HTML page. */
export function answerAsMarkdown(answer: ToldAnswer): string {
  const { headline, outcome, warnings, about, steps, moreSteps, lines, notChecked, sources, remarks } =
    answerPage(answer)
  return `${[
    `# ${plainMarkdown(headline)}`,
    ...(outcome === undefined ? [] : [`**${plainMarkdown(outcome)}**`]),
    about.map(([name, value]) => `${name}: **${plainMarkdown(value)}**`).join(' · '),
    ...warnings.map((warning) => `> **${plainMarkdown(warning)}**`),
    ...(steps.length === 0
      ? []
      : [
          '## What to do',
          steps
            .flatMap(({ text, questions }, at) => [
              `${at + 1}. ${plainMarkdown(text)}`,
              ...questions.map((question) => `   - ${plainMarkdown(question)}`),
            ])
            .join('\n'),
        ]),
    ...(moreSteps === undefined ? [] : [plainMarkdown(moreSteps)]),
    ...lines.flatMap(lineIn),
    ...(notChecked.length === 0 ? [] : ['## Not checked on any line', pointsIn(notChecked)]),
    ...(sources.length === 0 ? [] : ['## Sources', sources.map(sourceIn).join('\n')]),
    ...remarks.map(plainMarkdown),
    'Decided from the documents that are loaded. Not a promise of payment.',
  ].join('\n\n')}\n`
}

function lineIn({ title, outcome, headline, rows, why, parts }: LineOfPage): string[] {
  return [
    `## ${plainMarkdown(title)}${outcome === undefined ? '' : ` · ${plainMarkdown(outcome)}`}`,
    ...(headline === undefined ? [] : [plainMarkdown(headline)]),
    tableIn(rows, why),
    ...parts.flatMap((part) => [
      `### ${part.title}`,
      part.groups
        .map(({ title: { text, sources }, points }) =>
          text === ''
            ? pointsIn(points)
            : [
                `- ${plainMarkdown(text)}${markdownPointers(sources)}`,
                ...points.map((point) => `  - ${plainMarkdown(point)}`),
              ].join('\n'),
        )
        .join('\n'),
    ]),
  ]
}

function pointsIn(points: readonly string[]): string {
  return points.map((point) => `- ${plainMarkdown(point)}`).join('\n')
}

function tableIn(rows: readonly AnswerRow[], why: string | undefined): string {
  return [
    `| Question | Answer |${why === undefined ? '' : ` ${why} |`}`,
    `|---|---|${why === undefined ? '' : '---|'}`,
    ...rows.map(({ question, answer, text, notes, sources }) => {
      const told = [text, ...notes].filter((part) => part !== '').map(plainMarkdown)
      return `| ${question} | **${plainMarkdown(answer)}** |${why === undefined ? '' : ` ${told.join(' ')}${markdownPointers(sources)} |`}`
    }),
  ].join('\n')
}

function sourceIn({ number, url, document, dates, grade, marks, rules }: SourceOfPage): string {
  return [
    `${number}. ${marks.map((mark) => `**${markWords[mark]}** `).join('')}${plainMarkdown(document)} (${plainMarkdown(dates)}; grade ${grade}): ${markdownLink(url)}`,
    ...rules.map(
      ({ place, statement, reading, codes }) =>
        `   - ${place === '' ? '' : `**${plainMarkdown(place)}:** `}${plainMarkdown(statement)}${reading === undefined ? '' : ` _Our reading: ${plainMarkdown(reading)}_`}${codes === undefined ? '' : ` ${plainMarkdown(codes)}`}`,
    ),
  ].join('\n')
}
