import { appOnPacks } from '../../scripts/app-on-packs.js'
import { aCheck } from '../protocols/requests.js'

const endings = { html: 'html', markdown: 'md' } as const

/** The pages that are kept in test/protocols/pages, by their file names: a denial and a pass on the starter packs, without their style. */
export async function answerPages(): Promise<ReadonlyArray<readonly [file: string, page: string]>> {
  const { app } = await appOnPacks(() => '1')
  const pages: Array<readonly [string, string]> = []
  for (const diagnosis of ['E44.0', 'D51.0'])
    for (const view of ['summary', 'full'])
      for (const format of ['html', 'markdown'] as const) {
        const { body } = await app.inject({
          method: 'POST',
          url: `/v1/authorization-checks?view=${view}&format=${format}`,
          payload: aCheck({ diagnosisCodes: [diagnosis] }),
        })
        pages.push([
          `${diagnosis.toLowerCase()}-${view}.${endings[format]}`,
          body.replace(/<style>[^]*<\/style>/, '<style></style>'),
        ])
      }
  await app.close()
  return pages
}
