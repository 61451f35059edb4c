// npm run bench: one benchmark by its name, or the table of all that is promised.
import { runOneOf } from '../scripts/one-of.js'

const beside = (name: string): URL => new URL(`${name}.ts`, import.meta.url)

await runOneOf(
  'bench',
  {
    access: { file: beside('access'), summary: 'what asking for credentials costs' },
    all: { file: beside('all'), summary: 'all that is promised, with what was seen (also without a name)' },
    batch: {
      file: beside('batch'),
      summary: 'many checks in one request against JSON.parse of the same bytes',
    },
    'decision-log': { file: beside('decision-log'), summary: 'what recording each answer costs' },
    engine: { file: beside('engine'), summary: 'deciding, against other rule engines' },
    'full-load': {
      file: beside('full-load'),
      summary: 'everything of Medicare at its real size in one store',
    },
    hooks: { file: beside('hooks'), summary: 'what each hook of the HTTP layer costs' },
    http: { file: beside('http'), summary: 'a check over HTTP, against bare servers' },
    'import-cost': { file: beside('import-cost'), summary: 'what an import costs by the options of Node' },
    propagation: { file: beside('propagation'), summary: 'until another process answers by a new revision' },
    replay: { file: beside('replay'), summary: 'answers 100,000 determinations again' },
    scale: { file: beside('scale'), summary: 'a thousand to a million policy versions' },
    schedule: { file: beside('schedule'), summary: 'CPU of a schedule' },
    'what-would-change': {
      file: beside('what-would-change'),
      summary: 'the longest block of the event loop by a search',
    },
  },
  beside('all'),
)
