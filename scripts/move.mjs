// npm run move-to-server: builds what is stale, then runs the command in this process, so that exit codes are its own.
import { buildIfStale } from './build-if-stale.mjs'

buildIfStale()
await import('../dist/move.js')
