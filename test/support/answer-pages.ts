import { appOnPacks } from '../../scripts/app-on-packs.js'
import { workedVisits } from './worked-visits.js'

const endings = { html: 'html', markdown: 'md' } as const
/** Two visits are kept as HTML too. */
const asHtml = ['wrong-diagnosis', 'covered-diagnosis']

/** The pages that are kept in test/protocols/pages, by their file names: visits on the starter packs in both views, without their style. */
export async function answerPages(): Promise<ReadonlyArray<readonly [file: string, page: string]>> {
  const { app } = await appOnPacks(() => '1')
  const pages: Array<readonly [string, string]> = []
  for (const [name, payload] of Object.entries(workedVisits))
    for (const view of ['summary', 'full'])
      for (const format of ['html', 'markdown'] as const) {
        if (format === 'html' && !asHtml.includes(name)) continue
        const { body } = await app.inject({
          method: 'POST',
          url: `/v1/authorization-checks?view=${view}&format=${format}`,
          payload,
        })
        pages.push([
          `${name}-${view}.${endings[format]}`,
          body.replace(/<style>[^]*<\/style>/, '<style></style>'),
        ])
      }
  await app.close()
  return pages
}
