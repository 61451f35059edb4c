import { readFile, readdir } from 'node:fs/promises'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'

const { app } = await appOnPacks(() => '1')
t.teardown(() => app.close())

/** The requests of an .http file: `### title`, a request line, headers, an empty line, a body. */
function requestsIn(text: string): (InjectOptions & { title: string })[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [title = '', requestLine = '', ...rest] = part.split('\n')
      const [method, url = ''] = requestLine.split(' ')
      const [fields = '', ...body] = rest.join('\n').split('\n\n')
      const headers = Object.fromEntries(
        fields
          .split('\n')
          .filter((line) => /^[\w-]+: /.test(line))
          .map((line) => line.split(': ') as [string, string]),
      )
      // There is no store here in which a key could be remembered.
      if (!/refused/.test(title)) delete headers['Idempotency-Key']
      const payload = body.join('\n\n').trim()
      return {
        title,
        method: method as 'GET',
        url: url.replace('{{base}}', ''),
        ...(payload === '' ? {} : { payload, headers }),
      }
    })
}

for (const file of (await readdir('examples')).filter((name) => name.endsWith('.http'))) {
  t.test(`every request of ${file} works`, async (t) => {
    for (const { title, ...request } of requestsIn(await readFile(`examples/${file}`, 'utf8'))) {
      const answer = await app.inject(request)
      t.equal(answer.statusCode, /refused/.test(title) ? 400 : 200, title)
      const promised = /"([a-z-]+)"[.,]/.exec(title)?.[1]
      if (promised !== undefined) t.equal(answer.json<{ outcome: string }>().outcome, promised, title)
    }
  })
}
