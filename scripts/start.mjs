// npm start: builds what is stale, then runs the service in this process, so that signals and exit codes are its own.
import { buildIfStale } from './build-if-stale.mjs'

buildIfStale()
await import('../dist/main.js')
