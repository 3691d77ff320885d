import { expect } from 'vitest'
import type { Answer } from './ask.ts'
import type { Expectation } from './case.ts'

/** As a test is called: what is asked, what is answered, and what that proves. */
export function titleOf({ name, status, requirements = [] }: Expectation): string {
  return `${name}: ${status} ${requirements.map((id) => `[${id}]`).join(' ')}`.trim()
}

/** Whether the body shows a stack or a part of what was sent. */
function isTelling(body: string, lines: readonly string[]): boolean {
  const parts = lines.flatMap((line) => line.split(/[\s.]+/)).filter(({ length }) => length >= 30)
  return /\bat .*:\d+:\d+|node_modules/.test(body) || parts.some((part) => body.includes(part.slice(0, 30)))
}

/** The exact answer of each API; a refusal is not kept by caches, and shows neither a stack nor the token. */
export function expectAnswers(
  answers: Readonly<Record<string, Answer>>,
  { status, challenge }: Expectation,
  lines: readonly string[],
): void {
  const said = ({ status, headers, body }: Answer): object => ({
    status,
    challenge: headers['www-authenticate'],
    ...(status !== 200 && { cacheControl: headers['cache-control'], isTelling: isTelling(body, lines) }),
  })
  const expected = {
    status,
    challenge,
    ...(status !== 200 && { cacheControl: 'no-store', isTelling: false }),
  }

  expect(Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, said(answer)]))).toEqual(
    Object.fromEntries(Object.keys(answers).map((name) => [name, expected])),
  )
}
