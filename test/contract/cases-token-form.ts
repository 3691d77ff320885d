import { deflateRawSync } from 'node:zlib'
import type { ErrorCode } from '@okta-resource-server/core'
import { accessTokenClaims, base64url, signSegments } from '@okta-resource-server/testing'
import { CompactEncrypt } from 'jose'
import { accepts, citing, type ForgedCase, rejects, type Segments, segmentsOf, written } from './case.ts'
import type { Workshop } from './workshop.ts'

/** A valid token whose segments are put together in another way. */
function rewritten(
  name: string,
  rewrite: (segments: Segments) => string,
  code: ErrorCode = 'token_malformed',
): ForgedCase {
  return rejects(name, code, (it) => rewrite(segmentsOf(it.token())))
}

/** The same, with characters that credentials may not have (RFC 6750 section 2.1). */
const unreadable = (name: string, rewrite: (segments: Segments) => string): ForgedCase =>
  rewritten(name, rewrite, 'malformed_authorization_header')

const SEGMENTS: readonly ForgedCase[] = [
  rewritten('one segment', ([header]) => header),
  rewritten('two segments, without the signature', ([header, payload]) => `${header}.${payload}`),
  rewritten('two segments, without the header', ([, payload, signature]) => `${payload}.${signature}`),
  rewritten('an empty signature', ([header, payload]) => `${header}.${payload}.`),
  rewritten('an empty header', ([, payload, signature]) => `.${payload}.${signature}`),
  rewritten('an empty payload', ([header, , signature]) => `${header}..${signature}`),
  rewritten('four segments', (segments) => `${segments.join('.')}.a`),
  rewritten('a token after a dot', (segments) => `.${segments.join('.')}`),
  rewritten('a token followed by a dot', (segments) => `${segments.join('.')}.`),
  rewritten('six segments', (segments) => [...segments, ...segments].join('.')),
  rewritten('two dots', () => '..'),
  ...citing({ advisory: 'CVE-2025-30204' }, [
    rewritten('thousands of dots', () => '.'.repeat(16_000)),
    rewritten('a letter followed by thousands of dots', () => `a${'.'.repeat(16_000)}`),
    rewritten(
      'a token followed by thousands of dots',
      (segments) => `${segments.join('.')}${'.'.repeat(10_000)}`,
    ),
  ]),
]

async function encryptedFor(it: Workshop, alg: string): Promise<string> {
  const header = { alg, enc: 'A256GCM', cty: 'JWT', kid: 'rs256' }
  const key = alg === 'dir' ? new Uint8Array(32) : it.key('rs256').publicKey
  return new CompactEncrypt(Buffer.from(it.token())).setProtectedHeader(header).encrypt(key)
}

/** Five segments, as a compact JWE has them. */
const jwe = (header: object, ciphertext = 'AAAA'): string =>
  [base64url(JSON.stringify(header)), 'AAAA', 'AAAA', ciphertext, 'AAAA'].join('.')
const encrypted = (name: string, token: (it: Workshop) => string | Promise<string>): ForgedCase =>
  rejects(name, 'token_encrypted', token)

const bomb = deflateRawSync(Buffer.alloc(4_000_000)).toString('base64url')
const PBES2 = { alg: 'PBES2-HS512+A256KW', p2c: 2_147_483_647, p2s: 'AAAA' }

const ENCRYPTION: readonly ForgedCase[] = [
  ...citing({ requirements: ['RFC8725-3.3-distinguish', 'RFC6750-5.2-encryption'] }, [
    encrypted('a JWE encrypted to the published key', (it) => encryptedFor(it, 'RSA-OAEP-256')),
    encrypted('a JWE encrypted with a shared secret', (it) => encryptedFor(it, 'dir')),
    rewritten(
      'a token with a fourth and a fifth segment',
      (segments) => `${segments.join('.')}.AAAA.AAAA`,
      'token_encrypted',
    ),
    rewritten('five segments, four of them empty', ([header]) => `${header}....`, 'token_encrypted'),
  ]),
  ...citing({ advisory: ['CVE-2024-28176', 'CVE-2024-33664'] }, [
    encrypted('a compressed JWE that expands to megabytes', () =>
      jwe({ alg: 'RSA-OAEP', enc: 'A256GCM', zip: 'DEF' }, bomb),
    ),
    encrypted('a compressed JWE encrypted with a shared secret', () =>
      jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
    ),
  ]),
  ...citing({ advisory: 'CVE-2022-36083' }, [
    encrypted('a JWE that asks for two billion rounds of PBKDF2', () => jwe({ ...PBES2, enc: 'A256GCM' })),
    rejects(
      'a signed token with enc and two billion rounds of PBKDF2',
      'unsupported_header_parameter',
      (it) => it.token({ header: { ...PBES2, enc: 'A256GCM' } }),
    ),
    rejects('a signed token with the alg of PBES2 and two billion rounds', 'algorithm_not_allowed', (it) =>
      it.token({ header: PBES2 }),
    ),
  ]),
  ...citing(
    { advisory: 'CVE-2021-29443' },
    ['', 'AAAA', 'A'.repeat(64), base64url(Buffer.alloc(32, 16))].map((ciphertext) =>
      encrypted(`a JWE with CBC and a ciphertext of ${ciphertext.length} characters`, () =>
        jwe({ alg: 'A256KW', enc: 'A256CBC-HS512' }, ciphertext),
      ),
    ),
  ),
  rejects(
    'a signed token with a compressed payload',
    'unsupported_header_parameter',
    (it) =>
      signSegments(
        JSON.stringify(it.header({ header: { zip: 'DEF' } })),
        deflateRawSync(JSON.stringify(it.claims())),
        it.key('es256'),
      ),
    { requirements: ['RFC8725-3.6-compression'], advisory: ['CVE-2024-28176', 'CVE-2024-33664'] },
  ),
  rejects(
    'a token whose payload is a token',
    'unsupported_header_parameter',
    (it) => signSegments(JSON.stringify(it.header({ header: { cty: 'JWT' } })), it.token(), it.key('es256')),
    { requirements: ['RFC7519-7.2-nested', 'RFC8725-3.3-distinguish'] },
  ),
]

const flattened = ([header, payload, signature]: Segments): string =>
  JSON.stringify({ protected: header, payload, signature })
const general = ([header, payload, signature]: Segments): string =>
  JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
/** Genuine in one serialization, forged in the other. */
function mixed([header, payload, signature]: Segments): string {
  const forged = base64url(JSON.stringify(accessTokenClaims({ scp: ['messages:admin'] })))
  return `{" ${header}.${forged}.":"","protected":"${header}", "payload":"${payload}","signature":"${signature}"}`
}

const SERIALIZATIONS: readonly ForgedCase[] = citing(
  { requirements: ['RFC7515-7.2.1-serialization'], advisory: 'CVE-2022-39227' },
  Object.entries({ flattened, general, mixed }).flatMap(([name, serialize]) => [
    unreadable(`the ${name} JSON serialization`, serialize),
    rewritten(`the ${name} JSON serialization in base64url`, (segments) => base64url(serialize(segments))),
  ]),
)

type Place = 'header' | 'payload' | 'signature'
const PLACES: readonly Place[] = ['header', 'payload', 'signature']

function inserted(place: Place, what: string): (segments: Segments) => string {
  return (segments) =>
    segments
      .map((text, index) => (PLACES[index] === place ? `${text.slice(0, 8)}${what}${text.slice(8)}` : text))
      .join('.')
}

/** Characters that base64url does not have; credentials may have the first ones. */
const CHARACTERS: readonly ForgedCase[] = citing({ requirements: ['RFC7515-2-base64url'] }, [
  ...['+', '/', '~', '-.'].flatMap((character) =>
    PLACES.map((place) => rewritten(`${character} in the ${place}`, inserted(place, character))),
  ),
  ...[' ', '\t', '\n', '\r\n', '\0', '=', ',', '*', '%3D', '%2E'].flatMap((character) =>
    PLACES.map((place) => unreadable(`${written(character)} in the ${place}`, inserted(place, character))),
  ),
  ...['$', '"', '{', '\\', ';', '\xa0', '\xe9', '\x80', '\xff'].map((character) =>
    unreadable(`${written(character)} in the payload`, inserted('payload', character)),
  ),
  unreadable('padding after the header', ([header, ...rest]) => [`${header}=`, ...rest].join('.')),
  unreadable(
    'padding after the payload',
    ([header, payload, signature]) => `${header}.${payload}==.${signature}`,
  ),
  rewritten('padding after the signature', (segments) => `${segments.join('.')}=`),
  rewritten('two characters of padding after the signature', (segments) => `${segments.join('.')}==`),
  ...['\n', ' ', '\r\n', '\0', '*', '%3D'].map((character) =>
    unreadable(`${written(character)} after the token`, (segments) => `${segments.join('.')}${character}x`),
  ),
])

const AROUND: readonly ForgedCase[] = [
  unreadable('percent-encoded dots', (segments) => segments.join('%2E')),
  unreadable('quotes around the token', (segments) => `"${segments.join('.')}"`),
  unreadable('a token in single quotes', (segments) => `'${segments.join('.')}'`),
  unreadable('a token in angle brackets', (segments) => `<${segments.join('.')}>`),
  unreadable('a token followed by a parameter', (segments) => `${segments.join('.')}, realm="api"`),
  unreadable('a token as the value of a parameter', (segments) => `token="${segments.join('.')}"`),
]

/** Another last character for the same bytes: it differs only in bits that are not used. */
function withStrayBits(segment: string): string {
  const bytes = Buffer.from(segment, 'base64url')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = [...alphabet]
    .map((character) => segment.slice(0, -1) + character)
    .find((text) => text !== segment && Buffer.from(text, 'base64url').equals(bytes))
  if (twin === undefined) throw new Error('every bit of this segment is used')
  return twin
}

/** A valid token with JSON of such a length that the last character of each segment has unused bits. */
function withUnusedBits(it: Workshop): string[] {
  const spaced = (text: string): string => text.padEnd(text.length + ((4 - (text.length % 3)) % 3))
  return it.texts({ header: spaced, claims: spaced }).split('.')
}

const CANONICAL: readonly ForgedCase[] = [
  accepts('white space after the JSON', (it) => withUnusedBits(it).join('.')),
  ...citing({ requirements: ['RFC7515-2-base64url'] }, [
    ...PLACES.map((place, index) =>
      rejects(`stray bits in the ${place}`, 'token_malformed', (it) => {
        const segments = withUnusedBits(it)
        segments[index] = withStrayBits(segments[index] as string)
        return segments.join('.')
      }),
    ),
    rewritten('a segment of an impossible length', ([header, payload]) => `${header}.${payload}.AAAAA`),
  ]),
]

const OPAQUE: readonly ForgedCase[] = [
  'oar1abcdEFGH-refresh_token-xyz0123456789',
  '00Fwhm8TeMjv5h7wGcVRWrmOzDvqPJKZ',
  'YTpi',
  'v4.public.eyJzdWIiOiJhIn0',
  'MDAxY2xvY2F0aW9uIGh0dHA6Ly9hLmV4YW1wbGU',
  'null',
  'undefined',
  '0',
].map((token) => rejects(`the opaque token ${token}`, 'token_malformed', () => token))

export const TOKEN_FORM_CASES: readonly ForgedCase[] = [
  ...SEGMENTS,
  ...ENCRYPTION,
  ...SERIALIZATIONS,
  ...CHARACTERS,
  ...AROUND,
  ...CANONICAL,
  ...OPAQUE,
]
