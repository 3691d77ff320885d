import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isSafePattern } from 'redos-detector'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What meets requests, tokens and the documents of authorization servers. */
const SOURCES = ['core', 'express', 'fastify', 'mfa-otp'].map((name) => `packages/${name}/src/**/*.ts`)

const COMMENTS = /\/\*.*?\*\/|^\s*\/\/.*?$/gms
/** A regular expression literal: not behind a value, where a slash divides, and not within a string. */
const LITERAL =
  /(?<![\w)\]<*/"'`])\/((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)(?=[\s.,;):\]}]|$)/gm

/** These may go back without bound, and still take no longer than linear time. */
const LINEAR: Readonly<Record<string, string>> = {
  '/,\\s*bearer(\\s|$)/i': 'no white space is looked at from two commas',
  '/(?:^|[\\s,])max-age\\s*=\\s*"?(\\d{1,10})/i': 'no white space is looked at from two names',
  '/\\/+$/': 'reads what is configured',
  '/[{}]|\\$\\{|^<.*>$/': 'reads what is configured',
}

const expressions = globSync(SOURCES, { cwd: ROOT }).flatMap((file) =>
  [...readFileSync(`${ROOT}/${file}`, 'utf8').replace(COMMENTS, '').matchAll(LITERAL)].map(
    ([, source = '', flags]) => new RegExp(source, flags),
  ),
)

function isBounded({ source, ignoreCase, unicode, dotAll, multiline }: RegExp): boolean {
  return isSafePattern(source, { caseInsensitive: ignoreCase, unicode, dotAll, multiLine: multiline }).safe
}

test('no regular expression goes back without bound, but for some that are linear all the same', () => {
  const unbounded = expressions.filter((expression) => !isBounded(expression))

  expect([...new Set(unbounded.map(String))].sort()).toEqual(Object.keys(LINEAR).sort())
})

test('the expressions are found, and one that takes quadratic time would be told', () => {
  expect(expressions.map(String)).toContain('/^[A-Za-z0-9\\-._~+/]+=*$/')
  expect(expressions.map(String)).toContain('/^([A-Z2-7]+)=*$/')
  expect(expressions.length).toBeGreaterThan(20)
  expect(isBounded(/=+$/)).toBe(false)
  expect(isBounded(/(a+)+$/)).toBe(false)
  expect(isBounded(/eyJ[\w-]{5,}\.[\w-]+/i)).toBe(false)
})
