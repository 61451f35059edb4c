// What the security documents name as proof is there.
import { readFile, stat } from 'node:fs/promises'
import t from 'tap'

const root = new URL('../', import.meta.url)

for (const document of ['SECURITY.md', 'docs/operate/security.md']) {
  t.test(`${document} names files that are there`, async (t) => {
    const text = await readFile(new URL(document, root), 'utf8')
    const named = new Set(
      [...text.matchAll(/`((?:test|docs|src)\/[\w./-]+)`|\]\((docs\/[\w./-]+)\)/g)].map(
        ([, one, two]) => one ?? two ?? '',
      ),
    )
    t.ok(named.size > 0)
    for (const path of named)
      t.ok(
        await stat(new URL(path, root)).then(
          () => true,
          () => false,
        ),
        path,
      )
  })
}

t.test('every paragraph of 164.312 and every risk of the Top 10 has its row', async (t) => {
  const text = await readFile(new URL('docs/operate/security.md', root), 'utf8')
  const rows = [
    '(a)(1)',
    '(a)(2)(i)',
    '(a)(2)(ii)',
    '(a)(2)(iii)',
    '(a)(2)(iv)',
    '(b)',
    '(c)(1)',
    '(c)(2)',
    '(d)',
    '(e)(1)',
    '(e)(2)(i)',
    '(e)(2)(ii)',
    ...Array.from({ length: 10 }, (_, at) => `API${at + 1}`),
  ]
  for (const row of rows) {
    const [, standing = ''] =
      new RegExp(`^\\| ${row.replace(/[()]/g, '\\$&')} [^|]+\\| ([^|]+) \\| [^|]+ \\|$`, 'm').exec(text) ?? []
    t.match(standing, /^(has|by configuration|by the operator|not)(,|$)/, row)
  }
})
