// precert as a person first meets it: what it lists, what each command says of itself, and how it ends.
import { execFile } from 'node:child_process'
import t from 'tap'
import { exitCodes } from '../../src/commands/command.js'
import { programArguments } from '../support/program.js'

const commands = ['serve', 'import', 'check', 'matrix', 'keys', 'audit', 'move'] as const

const [program = '', ...before] = programArguments('serve').slice(0, -1).toReversed()

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return await new Promise((resolve) => {
    execFile(process.execPath, [...before.toReversed(), program, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err })
    })
  })
}

t.test('precert lists its commands', async (t) => {
  const { code, out, err } = await run('--help')
  t.equal(code, exitCodes.done)
  t.equal(err, '')
  for (const name of commands) t.match(out, new RegExp(`^  ${name} `, 'm'))
})

t.test('without a command it lists them as an error', async (t) => {
  t.match(await run(), { code: exitCodes.refused, out: '', err: /precert COMMAND/ })
})

t.test('a misspelt command gets the nearest one named', async (t) => {
  t.match(await run('improt'), {
    code: exitCodes.refused,
    out: '',
    err: /no command improt\. Did you mean import\?/,
  })
  t.match(await run('toString'), { code: exitCodes.refused, err: /no command toString/ })
})

for (const name of commands) {
  t.test(`precert ${name} tells what it understands, and how it ends`, async (t) => {
    const { code, out, err } = await run(name, '--help')
    t.equal(code, exitCodes.done)
    t.equal(err, '')
    t.match(out, new RegExp(`precert ${name}`))
    t.match(out, /Exit codes: 0 .*2 .*78 /s)
  })
  t.test(`precert ${name} refuses what it does not understand`, async (t) => {
    const { code, out, err } = await run(name, '--no-such-option')
    t.equal(code, exitCodes.refused)
    t.equal(out, '')
    t.match(err, new RegExp(`^precert ${name}: .*--help`))
  })
}
