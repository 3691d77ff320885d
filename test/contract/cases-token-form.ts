import { CompactEncrypt } from 'jose'
import { base64url } from '../specification/signed-tokens.ts'
import { badSyntax, type ForgedCase, forged, sound } from './case.ts'
import { ENCRYPTED, HEADER, MALFORMED } from './refusals.ts'
import type { Workshop } from './workshop.ts'

type Segments = readonly [header: string, payload: string, signature: string]

function respelled(name: string, spell: (segments: Segments) => string, description = MALFORMED): ForgedCase {
  return forged(name, description, (it) => spell(it.token().split('.') as unknown as Segments))
}

function unreadable(name: string, spell: (segments: Segments) => string): ForgedCase {
  return badSyntax(name, HEADER, (it) => spell(it.token().split('.') as unknown as Segments))
}

const SEGMENTS: readonly ForgedCase[] = [
  respelled('one segment', ([header]) => header),
  respelled('two segments, the signature left out', ([header, payload]) => `${header}.${payload}`),
  respelled('two segments, the header left out', ([, payload, signature]) => `${payload}.${signature}`),
  respelled('a signature that is empty', ([header, payload]) => `${header}.${payload}.`),
  respelled('a header that is empty', ([, payload, signature]) => `.${payload}.${signature}`),
  respelled('a payload that is empty', ([header, , signature]) => `${header}..${signature}`),
  respelled('a dot before', (segments) => `.${segments.join('.')}`),
  respelled('a dot behind', (segments) => `${segments.join('.')}.`),
  respelled('six segments', (segments) => [...segments, ...segments].join('.')),
  respelled('nothing but dots', () => '..'),
  respelled('dots by the thousand', () => '.'.repeat(16_000)),
]

async function encryptedFor(it: Workshop, alg: string): Promise<string> {
  const header = { alg, enc: 'A256GCM', cty: 'JWT', kid: 'rs256' }
  const key = alg === 'dir' ? new Uint8Array(32) : it.key('rs256').publicKey
  return new CompactEncrypt(Buffer.from(it.token())).setProtectedHeader(header).encrypt(key)
}

const ENCRYPTION: readonly ForgedCase[] = [
  forged('a JWE for the published key', ENCRYPTED, (it) => encryptedFor(it, 'RSA-OAEP-256')),
  forged('a JWE of a shared secret', ENCRYPTED, (it) => encryptedFor(it, 'dir')),
  respelled('a fourth and a fifth segment', (segments) => `${segments.join('.')}.AAAA.AAAA`, ENCRYPTED),
  respelled('five segments, four of them empty', ([header]) => `${header}....`, ENCRYPTED),
]

const flattened = ([header, payload, signature]: Segments): string =>
  JSON.stringify({ protected: header, payload, signature })
const general = ([header, payload, signature]: Segments): string =>
  JSON.stringify({ payload, signatures: [{ protected: header, signature }] })

const SERIALISATIONS: readonly ForgedCase[] = [
  unreadable('flattened JSON serialisation', flattened),
  unreadable('general JSON serialisation', general),
  respelled('flattened JSON serialisation in base64url', (segments) => base64url(flattened(segments))),
  respelled('general JSON serialisation in base64url', (segments) => base64url(general(segments))),
]

const insert = (text: string, what: string): string => `${text.slice(0, 8)}${what}${text.slice(8)}`

const CHARACTERS: readonly ForgedCase[] = [
  sound('white space behind the token, which HTTP takes away', (it) => `${it.token()} \t`),
  respelled('one sign of padding', (segments) => `${segments.join('.')}=`),
  unreadable('padding behind the header', ([header, ...rest]) => [`${header}=`, ...rest].join('.')),
  unreadable(
    'padding behind the payload',
    ([header, payload, signature]) => `${header}.${payload}==.${signature}`,
  ),
  ...['+', '/', '~', '-.'].map((character) =>
    respelled(
      `the character ${character} within the payload`,
      ([header, payload, signature]) => `${header}.${insert(payload, character)}.${signature}`,
    ),
  ),
  ...[' ', '\t', ',', '$', '%2E', '"', '{', '\\', ';', '\xa0', '\xe9', '\x80', '\xff'].map((character) =>
    unreadable(
      `the character ${JSON.stringify(character)} within the payload`,
      ([header, payload, signature]) => `${header}.${insert(payload, character)}.${signature}`,
    ),
  ),
  unreadable('percent-encoded dots', (segments) => segments.join('%2E')),
  unreadable('quotes around the token', (segments) => `"${segments.join('.')}"`),
  unreadable('single quotes around the token', (segments) => `'${segments.join('.')}'`),
  unreadable('angle brackets around the token', (segments) => `<${segments.join('.')}>`),
  unreadable('a parameter behind the token', (segments) => `${segments.join('.')}, realm="api"`),
  unreadable('a parameter instead of the token', (segments) => `token="${segments.join('.')}"`),
]

/** Another last character that stands for the same bytes, but for bits that count for nothing. */
function withStrayBits(segment: string): string {
  const bytes = Buffer.from(segment, 'base64url')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = [...alphabet]
    .map((character) => segment.slice(0, -1) + character)
    .find((text) => text !== segment && Buffer.from(text, 'base64url').equals(bytes))
  if (twin === undefined) throw new Error('each bit of this segment counts')
  return twin
}

/** A sound token with JSON of such a length that the last character of each segment has bits to spare. */
function sparing(it: Workshop): string[] {
  const spaced = (text: string): string => text.padEnd(text.length + ((4 - (text.length % 3)) % 3))
  return it.texts({ header: spaced, claims: spaced }).split('.')
}

const CANONICAL: readonly ForgedCase[] = [
  sound('white space behind the JSON', (it) => sparing(it).join('.')),
  ...['header', 'payload', 'signature'].map((name, index) =>
    forged(`stray bits in the ${name}`, MALFORMED, (it) => {
      const segments = sparing(it)
      segments[index] = withStrayBits(segments[index] as string)
      return segments.join('.')
    }),
  ),
  respelled('a segment of a length that no bytes have', ([header, payload]) => `${header}.${payload}.AAAAA`),
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
].map((token) => forged(`an opaque token: ${token}`, MALFORMED, () => token))

export const TOKEN_FORM_CASES: readonly ForgedCase[] = [
  ...SEGMENTS,
  ...ENCRYPTION,
  ...SERIALISATIONS,
  ...CHARACTERS,
  ...CANONICAL,
  ...OPAQUE,
]
