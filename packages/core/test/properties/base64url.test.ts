import { base64url, outcomeOf, signToken } from '@okta-resource-server/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUnverified } from '../../src/token/unverified.ts'
import { BASE64URL, settings, timeout } from '../support/properties.ts'
import { makeVerifier } from '../support/verifiers.ts'

const HEADER = base64url('{"alg":"ES256"}')
const PAYLOAD = base64url('{"iss":"https://example.com"}')

/** What Node.js decodes without complaint, and characters whose last byte is that of a letter. */
const lenient = fc.constantFrom(
  '+',
  '/',
  '=',
  ' ',
  '\n',
  '\t',
  '\0',
  '%',
  'é',
  '\u0141',
  '\u4e41',
  '\ud83d\ude00',
)
const segment = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...BASE64URL) }, { weight: 1, arbitrary: lenient }),
    {
      maxLength: 24,
    },
  )
  .map((characters) => characters.join(''))

const isStrict = (text: string): boolean =>
  text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text

it('a segment is decoded if and only if encoding its bytes gives the same text [RFC7515-2-base64url]', {
  timeout,
}, async () => {
  const property = fc.asyncProperty(segment, async (signature) => {
    const code = await outcomeOf(() => decodeUnverified(`${HEADER}.${PAYLOAD}.${signature}`, 1_000))
    expect(code).toBe(isStrict(signature) ? 'accepted' : 'token_malformed')
  })
  await fc.assert(property, settings)
})

describe('a token of which every letter', () => {
  const token = signToken({})
  const verifier = makeVerifier()

  it.each([0x100, 0x4e00])('is moved by U+%s is malformed, though Node.js decodes it', async (offset) => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const moved = (text: string): string =>
      text.replaceAll(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + offset))
    expect(Buffer.from(moved(header), 'base64url')).toEqual(Buffer.from(header, 'base64url'))
    expect(await outcomeOf(verifier.verify(`${moved(header)}.${payload}.${signature}`))).toBe(
      'token_malformed',
    )
    expect(await outcomeOf(verifier.verify(`${header}.${moved(payload)}.${signature}`))).toBe(
      'token_malformed',
    )
    expect(await outcomeOf(verifier.verify(`${header}.${payload}.${moved(signature)}`))).toBe(
      'token_malformed',
    )
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
  })
})
