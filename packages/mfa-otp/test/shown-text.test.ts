import { describe, expect, it } from 'vitest'
import { createSecrets } from '../src/secrets.ts'

/** Matches a JWT. Takes quadratic time, so the implementation must not use it on untrusted text. */
const JWT = /eyJ[\w-]{5,}\.[\w-]+/i
const WITHHELD = '[withheld: it contains a secret]'
const LIMIT = 300

const header = 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0'
const token = `${header}.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl`

const shown = (text: string, ...known: string[]): string => {
  const secrets = createSecrets()
  for (const secret of known) secrets.add(secret)
  return secrets.show(text)
}

/** Every text of at most `most` pieces. */
function* textsOf(pieces: readonly string[], most: number, text = ''): Generator<string> {
  yield text
  if (most > 0) for (const piece of pieces) yield* textsOf(pieces, most - 1, text + piece)
}

/** Parts of a JWT, and characters that may surround one. */
const PIECES = ['eyJ', 'EYj', 'ey', 'J', 'abcde', 'Z9_-', '.', '+', ' ', '\n', '\0', 'é']

describe('a text that contains a token is withheld', () => {
  it('if and only if it matches the pattern of a JWT', () => {
    const wrong: string[] = []
    const seen = new Set<boolean>()
    for (const text of textsOf(PIECES, 5)) {
      const expected = JWT.test(text)
      seen.add(expected)
      if ((shown(text) === WITHHELD) !== expected) wrong.push(text)
    }

    expect(wrong).toEqual([])
    expect(seen.size).toBe(2)
  })

  it('if the token is before, across or after the length limit', () => {
    for (const filler of ['x', 'x ', 'ä', '.', 'eyJ ']) {
      for (let length = 0; length <= LIMIT + token.length + 1; length++) {
        const before = filler.repeat(Math.ceil(length / filler.length)).slice(0, length)
        // Filler made of token characters becomes part of the token, which must not change the result.
        expect(shown(before + token), `${length} of ${filler}`).toBe(WITHHELD)
      }
    }
  })

  it('if collapsing spaces moves the token before the length limit', () => {
    expect(shown(`Sent:${' '.repeat(2 * LIMIT)}${token}`)).toBe(WITHHELD)
  })

  it('if the text ends inside the token, in its second segment or later', () => {
    for (let end = header.length + 2; end <= token.length; end++) {
      expect(shown(`You sent ${token.slice(0, end)}`), String(end)).toBe(WITHHELD)
    }
  })

  it('if a line break splits the token at any position', () => {
    for (let at = 0; at <= token.length; at++) {
      expect(shown(`${token.slice(0, at)}\r\n${token.slice(at)}`), String(at)).toBe(WITHHELD)
    }
  })

  it('if it also contains other tokens or parts of tokens', () => {
    const harmless = 'eyJ eyJ.a eyJabcd.a eyJabcdefgh . '
    expect(shown(harmless)).toBe(harmless.trim())
    for (const text of [token + harmless, harmless + token, `${token} ${token}`, `${header}.${token}`]) {
      expect(shown(text)).toBe(WITHHELD)
    }
    expect(shown(harmless.repeat(1_000) + token)).toBe(WITHHELD)
  })
})

describe('a text that contains a known secret is withheld', () => {
  const secret = Array.from({ length: 100 }, (_, n) => `part${n}`).join('~')

  it('if the secret is before, across or after the length limit', () => {
    for (let length = 0; length <= LIMIT + secret.length; length++) {
      expect(shown('x'.repeat(length) + secret, secret), String(length)).toBe(WITHHELD)
    }
  })

  it('if it contains the first 64 characters of the secret, in any encoding', () => {
    for (const form of [secret, btoa(secret), encodeURIComponent(`${secret} &`)]) {
      expect(shown(`You sent ${form.slice(0, 64)}`, secret)).toBe(WITHHELD)
    }
    expect(shown(`You sent ${secret.slice(0, 63)}`, secret)).not.toBe(WITHHELD)
  })

  it.each(['>>>???', '~~~ÿÿÿ~~', 'a', 'ab', 'abc'])(
    'if it contains %s in base64, with or without padding',
    (known) => {
      const bytes = Buffer.from(known)
      for (const form of [bytes.toString('base64'), bytes.toString('base64url')]) {
        expect(shown(`You sent ${form}.`, known)).toBe(WITHHELD)
        expect(shown(`You sent ${form.replaceAll('=', '')}.`, known)).toBe(WITHHELD)
      }
    },
  )
})

it('a harmless text is shown on one line, cut at the length limit', () => {
  expect(shown(' a\n\0 b ')).toBe('a b')
  expect(shown('ab'.repeat(LIMIT))).toBe(`${'ab'.repeat(LIMIT / 2)}…`)
})
