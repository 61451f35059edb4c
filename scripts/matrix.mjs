// npm run matrix: builds what is stale, then prints the matrix from this process, so that exit codes are its own.
import { buildIfStale } from './build-if-stale.mjs'

buildIfStale()
await import('../dist/matrix.js')
