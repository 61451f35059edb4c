#!/usr/bin/env node
// precert, from a checkout: builds what is stale, then runs the command in this process, so that signals and exit codes are its own.
import { buildIfStale } from './build-if-stale.mjs'

buildIfStale()
await import('../dist/commands/main.js')
