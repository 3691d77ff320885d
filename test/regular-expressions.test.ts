import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isSafePattern } from 'redos-detector'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The code that reads requests, tokens and the documents of authorization servers. */
const SOURCES = ['core', 'doctor', 'express', 'fastify', 'mfa-otp', 'nestjs'].map(
  (name) => `packages/${name}/src/**/*.ts`,
)

const COMMENTS = /\/\*.*?\*\/|^\s*\/\/.*?$/gms
/** A regular expression literal: not after a value, where a slash is a division, and not inside a string. */
const LITERAL =
  /(?<![\w)\]<*/"'`])\/((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)(?=[\s.,;):\]}]|$)/gm

/** Expressions that the detector cannot prove to be bounded, with the reason why they take linear time. */
const LINEAR: Readonly<Record<string, string>> = {
  '/,\\s*(?:bearer|dpop)(?:\\s|$)/i': 'no white space is scanned from two commas',
  '/(?:^|[\\s,])max-age\\s*=\\s*"?(\\d{1,10})/i': 'no white space is scanned from two names',
  '/\\/+$/': 'reads configured values only',
  '/[{}]|^<.*>$/': 'reads configured values only',
}

const expressions = globSync(SOURCES, { cwd: ROOT }).flatMap((file) =>
  [...readFileSync(`${ROOT}/${file}`, 'utf8').replace(COMMENTS, '').matchAll(LITERAL)].map(
    ([, source = '', flags]) => new RegExp(source, flags),
  ),
)

function isBounded({ source, ignoreCase, unicode, dotAll, multiline }: RegExp): boolean {
  return isSafePattern(source, { caseInsensitive: ignoreCase, unicode, dotAll, multiLine: multiline }).safe
}

test('every regular expression has bounded backtracking or is listed as linear', () => {
  const unbounded = expressions.filter((expression) => !isBounded(expression))

  expect([...new Set(unbounded.map(String))].sort()).toEqual(Object.keys(LINEAR).sort())
})

test('control: the expressions are found, and one of quadratic time is detected', () => {
  expect(expressions.map(String)).toContain('/^[A-Za-z0-9\\-._~+/]+=*$/')
  expect(expressions.map(String)).toContain('/^([A-Z2-7]+)=*$/')
  expect(expressions.length).toBeGreaterThan(20)
  expect(isBounded(/=+$/)).toBe(false)
  expect(isBounded(/(a+)+$/)).toBe(false)
  expect(isBounded(/eyJ[\w-]{5,}\.[\w-]+/i)).toBe(false)
})
