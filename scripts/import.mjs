// npm run import: builds what is stale, then runs the import in this process, so that signals and exit codes are its own.
import { buildIfStale } from './build-if-stale.mjs'

buildIfStale()
await import('../dist/import.js')
