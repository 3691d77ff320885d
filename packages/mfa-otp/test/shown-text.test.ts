import { describe, expect, it } from 'vitest'
import { createSecrets } from '../src/secrets.ts'

/** What a JWT looks like, in one expression; far too slow for a text that somebody else wrote. */
const JWT = /eyJ[\w-]{5,}\.[\w-]+/i
const WITHHELD = '[withheld: it echoes a secret]'
const LIMIT = 300

const header = 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0'
const token = `${header}.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl`

const shown = (text: string, ...known: string[]): string => {
  const secrets = createSecrets()
  for (const secret of known) secrets.add(secret)
  return secrets.show(text)
}

/** Every text of so many pieces at most. */
function* textsOf(pieces: readonly string[], most: number, text = ''): Generator<string> {
  yield text
  if (most > 0) for (const piece of pieces) yield* textsOf(pieces, most - 1, text + piece)
}

/** Begun and broken off in every way, and what may stand around. */
const pieces = ['eyJ', 'EYj', 'ey', 'J', 'abcde', 'Z9_-', '.', '+', ' ', '\n', '\0', 'é']

describe('a text with a token in it is withheld', () => {
  it('exactly when the shape of a JWT is found', () => {
    const wrong: string[] = []
    const seen = new Set<boolean>()
    for (const text of textsOf(pieces, 5)) {
      const expected = JWT.test(text)
      seen.add(expected)
      if ((shown(text) === WITHHELD) !== expected) wrong.push(text)
    }

    expect(wrong).toEqual([])
    expect(seen.size).toBe(2)
  })

  it('wherever the token stands, before, across or behind the limit', () => {
    for (const filler of ['x', 'x ', 'ä', '.', 'eyJ ']) {
      for (let length = 0; length <= LIMIT + token.length + 1; length++) {
        const before = filler.repeat(Math.ceil(length / filler.length)).slice(0, length)
        // What is of a token's characters and stands right before becomes part of it, and changes nothing.
        expect(shown(before + token), `${length} of ${filler}`).toBe(WITHHELD)
      }
    }
  })

  it('when spaces that are shown as one bring it before the limit', () => {
    expect(shown(`Sent:${' '.repeat(2 * LIMIT)}${token}`)).toBe(WITHHELD)
  })

  it('when the text ends within the token, from its second segment on', () => {
    for (let end = header.length + 2; end <= token.length; end++) {
      expect(shown(`You sent ${token.slice(0, end)}`), String(end)).toBe(WITHHELD)
    }
  })

  it('when a line ends within the token, at whatever place', () => {
    for (let at = 0; at <= token.length; at++) {
      expect(shown(`${token.slice(0, at)}\r\n${token.slice(at)}`), String(at)).toBe(WITHHELD)
    }
  })

  it('when it is one of several, whole or begun', () => {
    const harmless = 'eyJ eyJ.a eyJabcd.a eyJabcdefgh . '
    expect(shown(harmless)).toBe(harmless.trim())
    for (const text of [token + harmless, harmless + token, `${token} ${token}`, `${header}.${token}`]) {
      expect(shown(text)).toBe(WITHHELD)
    }
    expect(shown(harmless.repeat(1_000) + token)).toBe(WITHHELD)
  })
})

describe('a text with a known secret in it is withheld', () => {
  const secret = Array.from({ length: 100 }, (_, n) => `part${n}`).join('~')

  it('wherever the secret stands, before, across or behind the limit', () => {
    for (let length = 0; length <= LIMIT + secret.length; length++) {
      expect(shown('x'.repeat(length) + secret, secret), String(length)).toBe(WITHHELD)
    }
  })

  it('when 64 characters of its beginning are there, in whatever encoding', () => {
    for (const form of [secret, btoa(secret), encodeURIComponent(`${secret} &`)]) {
      expect(shown(`You sent ${form.slice(0, 64)}`, secret)).toBe(WITHHELD)
    }
    expect(shown(`You sent ${secret.slice(0, 63)}`, secret)).not.toBe(WITHHELD)
  })

  it.each(['>>>???', '~~~ÿÿÿ~~', 'a', 'ab', 'abc'])('when %s is there in base64, padded or not', (known) => {
    const bytes = Buffer.from(known)
    for (const form of [bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(shown(`You sent ${form}.`, known)).toBe(WITHHELD)
      expect(shown(`You sent ${form.replaceAll('=', '')}.`, known)).toBe(WITHHELD)
    }
  })
})

it('a harmless text is shown in one line, cut at the limit', () => {
  expect(shown(' a\n\0 b ')).toBe('a b')
  expect(shown('ab'.repeat(LIMIT))).toBe(`${'ab'.repeat(LIMIT / 2)}…`)
})
