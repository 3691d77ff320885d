import { base64url, outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decodeUnverified } from '../../src/token/unverified.ts'

const HEADER = '{"alg":"ES256","kid":"k"}'
const PAYLOAD = '{"iss":"https://example.com"}'
const SIGNATURE = base64url(Buffer.alloc(64, 1))

const compact = (
  header: string | Uint8Array = HEADER,
  payload: string | Uint8Array = PAYLOAD,
  signature = SIGNATURE,
): string => `${base64url(header)}.${base64url(payload)}.${signature}`
const codeOf = (token: string): Promise<string> => outcomeOf(() => decodeUnverified(token, 16_384))

describe('decodeUnverified', () => {
  it('decodes header and claims, and verifies nothing', () => {
    const token = compact(HEADER, '{"iss":"https://example.com","a":[{"b":{}},null]}')
    const unverifiedClaims = { iss: 'https://example.com', a: [{ b: {} }, null] }
    expect(decodeUnverified(token, 16_384)).toEqual({
      unverifiedHeader: { alg: 'ES256', kid: 'k' },
      unverifiedClaims,
      objects: [{ alg: 'ES256', kid: 'k' }, unverifiedClaims, unverifiedClaims.a, { b: {} }, {}],
      segments: token.split('.'),
    })
  })

  it.each(['"json"', '"jwt+json"', '"x-jwt"', '""', 'null', '["JWT"]'])(
    'accepts a cty that does not announce a nested token: %s',
    async (cty) => {
      expect(await codeOf(compact(`{"alg":"ES256","cty":${cty}}`))).toBe('accepted')
    },
  )
})

describe('decodeUnverified and compression', () => {
  it('accepts the zip of ForgeRock AM, that says that there is none', async () => {
    expect(await codeOf(compact('{"alg":"ES256","zip":"NONE"}'))).toBe('accepted')
  })

  it.each(['"none"', '"NONE "', '["NONE"]', 'null', '""', 'false'])(
    'refuses any other zip: %s',
    async (zip) => {
      expect(await codeOf(compact(`{"alg":"ES256","zip":${zip}}`))).toBe('unsupported_header_parameter')
    },
  )
})

it.each(['json', 'xjwt', 'jwt2', 'jwt+json', 'application/json', 'x/application/jwt', 'text/jwt'])(
  'decodeUnverified accepts a content type other than JWT: cty %s',
  async (cty) => {
    expect(await codeOf(compact(`{"alg":"ES256","cty":"${cty}"}`))).toBe('accepted')
  },
)

describe('decodeUnverified refuses as malformed a token that', () => {
  it.each([
    ['is empty', ''],
    ['has no dot', 'abc'],
    ['has two segments', compact().split('.').slice(0, 2).join('.')],
    ['has four segments', `${compact()}.${SIGNATURE}`],
    ['has six segments', `${compact()}.a.b.c`],
    ['has five segments, of which the first is empty', '.a.b.c.d'],
    ['starts with a dot', `.${compact()}`],
    ['ends with a dot', `${compact()}.`],
    ['consists of dots', '..'],
    ['has an empty header', compact('')],
    ['has an empty payload', compact(HEADER, '')],
    ['has an empty signature', compact(HEADER, PAYLOAD, '')],
    ['is an opaque reference', 'oar1abcd-refresh-token_xyz'],
    [
      'is JWS JSON Serialization',
      JSON.stringify({ payload: base64url(PAYLOAD), protected: base64url(HEADER), signature: SIGNATURE }),
    ],
    [
      'is general JWS JSON Serialization',
      JSON.stringify({
        payload: base64url(PAYLOAD),
        signatures: [{ protected: base64url(HEADER), signature: 'a.b.c' }],
      }),
    ],
    ['has padding in the signature', `${compact()}==`],
    ['has padding in the header', compact().replace('.', '=.')],
    ['starts with a space', ` ${compact()}`],
    ['ends with a space', `${compact()} `],
    ['ends with a line break', `${compact()}\n`],
    ['contains a line break', compact().replace('.', '\n.')],
    ['has a tab in the signature', `${compact().slice(0, -4)}\t${compact().slice(-4)}`],
    ['has characters of plain base64', compact(HEADER, PAYLOAD, `${SIGNATURE.slice(0, -2)}+/`)],
    ['has characters that are not base64', compact(HEADER, PAYLOAD, `${SIGNATURE}$`)],
    ['has letters outside ASCII', compact(HEADER, PAYLOAD, `${SIGNATURE}é`)],
    ['ends with a NUL', `${compact()}\u0000`],
    ['has a lone surrogate', `${compact()}\ud800`],
    ['has stray bits at the end of the signature', compact(HEADER, PAYLOAD, `${SIGNATURE.slice(0, -1)}R`)],
    ['has a segment of an impossible length', compact(HEADER, PAYLOAD, 'AAAAA')],
    ['has percent-encoding', compact().replace('.', '%2E')],
  ])('%s', async (_title, token) => {
    expect(await codeOf(token)).toBe('token_malformed')
  })

  it.each(['+', '/', 'é', '\u0141'])('has %s in a segment', async (character) => {
    const [header, payload] = compact().split('.') as [string, string]
    expect(await codeOf(`${header}.${payload}.AA${character}A`)).toBe('token_malformed')
    expect(await codeOf(`${header.replace('J', character)}.${payload}.AAAA`)).toBe('token_malformed')
    expect(await codeOf(`${header}.${payload.replace('J', character)}.AAAA`)).toBe('token_malformed')
  })

  it('has stray bits in header or payload', async () => {
    const [header, payload] = [base64url('{"alg":"ES256"}x'), base64url('{"a":1}')]
    expect(payload).toBe('eyJhIjoxfQ')
    expect(await codeOf(`${base64url('{"alg":"ES256"}')}.eyJhIjoxfQ.${SIGNATURE}`)).toBe('accepted')
    expect(await codeOf(`${base64url('{"alg":"ES256"}')}.eyJhIjoxfR.${SIGNATURE}`)).toBe('token_malformed')
    expect(await codeOf(`${header}.eyJhIjoxfQ.${SIGNATURE}`)).toBe('token_malformed')
  })

  it.each([
    '{}',
    '{"alg":null}',
    '{"alg":1}',
    '{"alg":["ES256"]}',
    '{"alg":{}}',
    '{"ALG":"ES256"}',
    '{"toString":"alg"}',
  ])('has no algorithm: %s', async (header) => {
    expect(await codeOf(compact(header))).toBe('token_malformed')
  })

  it.each(['null', 'true', '["k"]', '{"k":1}'])(
    'has a kid that is neither a string nor a number: %s',
    async (kid) => {
      expect(await codeOf(compact(`{"alg":"ES256","kid":${kid}}`))).toBe('token_malformed')
      expect(await codeOf(compact('{"alg":"ES256","kid":1}'))).toBe('accepted')
    },
  )
})

describe('decodeUnverified refuses because of its header a token that', () => {
  it.each(['dir', 'RSA-OAEP', 'none'])(
    'is encrypted, that is, has five segments: %s [RFC8725-3.3-distinguish] [RFC6750-5.2-encryption]',
    async (alg) => {
      const header = base64url(`{"alg":"${alg}","enc":"A256GCM"}`)
      expect(await codeOf(`${header}.a.b.c.d`)).toBe('token_encrypted')
      expect(await codeOf(`${header}..b.c.d`)).toBe('token_encrypted')
      expect(await codeOf('a.b.c.d.e')).toBe('token_encrypted')
    },
  )

  it.each(['JWT', 'jwt', 'application/jwt', 'Application/JWT'])(
    'announces a nested token: cty %s',
    async (cty) => {
      expect(await codeOf(compact(`{"alg":"ES256","cty":"${cty}"}`))).toBe('unsupported_header_parameter')
    },
  )

  it.each([
    ['a critical extension', '"crit":["exp"],"exp":1'],
    ['an empty list of critical extensions', '"crit":[]'],
    ['crit of another type', '"crit":null'],
    ['an unencoded payload', '"b64":false,"crit":["b64"]'],
    ['an unencoded payload, not critical', '"b64":false'],
    ['b64 at its default', '"b64":true'],
    ['compression', '"zip":"DEF"'],
    ['an encryption', '"enc":"A256GCM"'],
  ])('requires %s', async (_title, parameters) => {
    expect(await codeOf(compact(`{"alg":"ES256",${parameters}}`))).toBe('unsupported_header_parameter')
  })
})

describe('the size limit', () => {
  const ofLength = (length: number): string => {
    const rest = compact(HEADER, PAYLOAD, '').length
    return compact(HEADER, PAYLOAD, 'A'.repeat(length - rest))
  }

  it('is 16,384 characters', async () => {
    const longest = Array.from({ length: 4 }, (_, less) => ofLength(16_384 - less))
    expect(await Promise.all(longest.map(codeOf))).toContain('accepted')
    expect(await codeOf(ofLength(16_384))).not.toBe('token_too_large')
    expect(await codeOf(ofLength(16_385))).toBe('token_too_large')
  })

  it('is an option of the verifier', async () => {
    expect(await outcomeOf(() => decodeUnverified(ofLength(20_000), 20_000))).not.toBe('token_too_large')
    expect(await outcomeOf(() => decodeUnverified(ofLength(20_001), 20_000))).toBe('token_too_large')
  })

  it.each([
    ['a token of 4 MB', ofLength(4_000_000)],
    ['4 MB of dots', '.'.repeat(4_000_000)],
    ['4 MB of white space', ' '.repeat(4_000_000)],
    ['a header of 1 MB', compact(`{"alg":"none","a":"${'a'.repeat(1_000_000)}"}`)],
    ['1 MB of nested lists', compact(HEADER, '['.repeat(1_000_000))],
    ['an encrypted token that is too large', `${'a'.repeat(16_384)}.a.b.c.d`],
  ])('is checked before anything is decoded: %s', async (_title, token) => {
    expect(await codeOf(token)).toBe('token_too_large')
  })
})

describe('decodeUnverified, in every segment', () => {
  /** Three lengths, so that segments end differently. Their base64url contains - and _. */
  const TEXTS = ['a>?>?>?', 'aa>?>?>?', 'aaa>?>?>?']
  const tokens = TEXTS.flatMap((text) => {
    const header = JSON.stringify({ alg: 'ES256', kid: `${text}\u007f\u00ff~~>?>` })
    const payload = JSON.stringify({ iss: `${text}\u007f\u00ff~~>?>` })
    return TEXTS.map((signature) => compact(header, payload, base64url(`${signature}\u00ff~~>?>`)))
  })
  const everySegment = [0, 1, 2]
  const changed = (token: string, segment: number, change: (text: string) => string): string =>
    token
      .split('.')
      .map((text, index) => (index === segment ? change(text) : text))
      .join('.')

  it('accepts - and _', async () => {
    for (const token of tokens) expect(await codeOf(token)).toBe('accepted')
  })

  it('refuses + and /, which Node.js decodes as if they were - and _', async () => {
    for (const [ours, plain] of [
      ['-', '+'],
      ['_', '/'],
    ] as const) {
      for (const segment of everySegment) {
        const found = tokens.filter((token) => token.split('.')[segment]?.includes(ours))
        expect(found, `${ours} in segment ${segment}`).not.toEqual([])
        for (const token of found) {
          const code = await codeOf(changed(token, segment, (text) => text.replace(ours, plain)))
          expect(code, `${plain} in segment ${segment}`).toBe('token_malformed')
        }
      }
    }
  })

  it('refuses characters that Node.js skips: at the start, in the middle and at the end', async () => {
    for (const character of [
      '=',
      '==',
      ' ',
      '\t',
      '\n',
      '\r',
      '\0',
      '$',
      ',',
      '\u00a0',
      'é',
      '\u2028',
      '💥',
    ]) {
      for (const segment of everySegment) {
        for (const token of tokens) {
          const { length } = token.split('.')[segment] as string
          for (const at of [0, length >> 1, length]) {
            const code = await codeOf(
              changed(token, segment, (text) => text.slice(0, at) + character + text.slice(at)),
            )
            expect(code, `${JSON.stringify(character)} at ${at} of segment ${segment}`).toBe(
              'token_malformed',
            )
          }
        }
      }
    }
  })
})
