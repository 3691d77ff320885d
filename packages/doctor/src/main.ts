#!/usr/bin/env node
import { run } from './run.ts'

try {
  process.exitCode = await run(process.argv.slice(2), {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
  })
} catch (error) {
  // A fault of this program, which would otherwise end with the status of a refused token.
  console.error('The doctor failed:', error instanceof Error ? error.stack : error)
  process.exitCode = 2
}
