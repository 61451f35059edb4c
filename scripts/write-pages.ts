import { fileURLToPath } from 'node:url'
import { answerPages } from '../test/support/answer-pages.js'
import { generate } from './generated-file.js'

// Writes the pages that test/protocols/pages.test.ts compares with. Read them before they are committed.
for (const [file, page] of await answerPages())
  await generate(fileURLToPath(new URL(`../test/protocols/pages/${file}`, import.meta.url)), page, false)
