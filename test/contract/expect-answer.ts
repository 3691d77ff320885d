import { expect } from 'vitest'
import type { Answer } from './ask.ts'
import type { Expectation } from './case.ts'

/** As a test is called: what is asked, what is answered, and what that proves. */
export function titleOf({ name, status, requirements = [] }: Expectation): string {
  return `${name}: ${status} ${requirements.map((id) => `[${id}]`).join(' ')}`.trim()
}

/** The exact answer; a refusal is not kept by caches, and shows neither a stack nor the token. */
export function expectAnswer(
  { headers, body, ...answer }: Answer,
  { status, challenge }: Expectation,
  lines: readonly string[],
): void {
  expect({ status: answer.status, challenge: headers['www-authenticate'] }).toEqual({ status, challenge })
  if (status === 200) return
  expect(headers['cache-control']).toBe('no-store')
  expect(body).not.toMatch(/\bat .*:\d+:\d+|node_modules/)
  for (const part of lines.flatMap((line) => line.split(/[\s.]+/))) {
    if (part.length >= 30) expect(body).not.toContain(part.slice(0, 30))
  }
}
