// precert matrix, as a process: what it prints, and what it says when it does not understand.
import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

const dataDir = join(await mkdtemp(join(tmpdir(), 'precert-matrix-')), 'data')
await prepareDataDir(dataDir)

async function matrix(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [...programArguments('matrix'), ...args],
      { env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir } },
      (error, output, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
      },
    )
  })
}

t.test('the matrix of the starter packs', async (t) => {
  const asked = [
    '--codes',
    'j3420, J0585',
    '--date',
    '2026-11-03',
    '--state',
    'FL',
    '--claim-type',
    'professional',
  ]
  const { code, errors, output } = await matrix(
    ...asked,
    '--plans',
    'medicare-part-b,western-health-advantage,florida-medicaid',
  )
  t.strictSame({ code, errors }, { code: 0, errors: '' })
  t.equal(
    output,
    'code,medicare-part-b,western-health-advantage,florida-medicaid\nJ3420,N,C,?\nJ0585,C,?,?\n',
  )
})

t.test('arguments', async (t) => {
  const [help, ...wrong] = await Promise.all([
    matrix('--help'),
    matrix(),
    matrix('--codes', 'J3420', '--date', '2026-02-30'),
    matrix('--code', 'J3420'),
  ])
  t.match(help, { code: 0, output: /Exit codes: 0 done/ })
  t.match(wrong, [
    { code: 2, errors: /--codes J3420,J0585/ },
    { code: 2, errors: /--date 2026-02-30 is not a date/ },
    { code: 2, errors: /--help/ },
  ])
})
