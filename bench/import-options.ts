import { readFileSync } from 'node:fs'

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: { readonly import: string }
}

/** The options of Node with which `precert import` runs. */
export const importOptions: readonly string[] = scripts.import
  .split(' ')
  .filter((word) => word.startsWith('--'))
