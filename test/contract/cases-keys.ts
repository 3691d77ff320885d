import { createHash, createHmac } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { accepts, citing, type ForgedCase, rejects } from './case.ts'

const IGNORED = 'RFC7517-5-ignore'
const INPUTS = ['RFC8725-3.4-inputs']
const WEAK = ['RFC8725-3.5-entropy', 'FAPI-07']

/** Each token is signed with the private half of the published key: it is the key that cannot be used. */
const unusable = (
  keys: readonly string[],
  requirements: readonly string[],
  advisory: readonly string[] = [],
) =>
  keys.map((key) =>
    rejects(`a token of an unusable published key: ${key}`, 'key_unsuitable', (it) => it.token({ key }), {
      requirements,
      advisory,
    }),
  )
const ignored = (
  keys: readonly string[],
  requirements: readonly string[],
  advisory: readonly string[] = [],
) =>
  keys.map((key) =>
    rejects(
      `a token of a published key that is ignored: ${key}`,
      'key_unknown',
      (it) => it.token({ key, signedAs: it.key(key).algorithm }),
      { requirements: [IGNORED, ...requirements], advisory },
    ),
  )

const UNUSABLE: readonly ForgedCase[] = [
  ...unusable(['rsa of 1024 bits', 'rsa of 2047 bits', 'exponent 1', 'exponent 1 with leading zeros'], WEAK),
  ...unusable(['no modulus', 'modulus of zeros'], [IGNORED]),
  ...unusable(
    [
      'off the curve',
      'coordinates exchanged',
      'point at zero',
      'x beyond the field',
      'x and y beyond the field',
    ],
    INPUTS,
    ['CVE-2017-16007'],
  ),
  ...unusable(['x as y', 'coordinates of P-384', 'empty coordinates', 'no y coordinate'], INPUTS),
  ...unusable(['x too long', 'x and y too long'], INPUTS, ['CVE-2023-25653']),
  ...unusable(['of another issuer', 'of the tenant of another issuer'], ['RFC8725-3.8-issuer-keys']),
]

/** Each key is listed in a form that is unusual, and means what a usual one does. */
const UNUSUAL: readonly ForgedCase[] = [
  ...['second algorithm', 'with empty members', 'with members that are null', 'of the issuer'],
].map((key) => accepts(`a token of a published key: ${key}`, (it) => it.token({ key })))

const IGNORED_KEYS: readonly ForgedCase[] = [
  ...ignored(['private rsa', 'private ec', 'private ed25519', 'symmetric member'], ['RFC7517-9.2-private']),
  ...ignored(['for encryption'], ['RFC8414-2-use']),
  ...ignored(['type in lower case'], ['RFC7517-4.1-kty']),
  ...ignored(
    ['for other operations', 'symmetric alg', 'alg none', 'alg of encryption', 'modulus in an array'],
    [],
  ),
  ...ignored(['curve of another alg', 'unknown curve', 'curve P-192'], []),
  ...ignored(['ec with alg RS256', 'p-384 with alg RS256', 'ed25519 with alg RS256'], [], ['CVE-2022-23539']),
  ...['ec with alg RS256', 'p-384 with alg RS256', 'ed25519 with alg RS256', 'dsa with alg RS256'].map(
    (kid) =>
      rejects(
        `a token signed with an RSA key under the kid of a key of another type: ${kid}`,
        'key_unknown',
        (it) => it.token({ key: 'rs256', header: { kid } }),
        { requirements: [IGNORED], advisory: 'CVE-2022-23539' },
      ),
  ),
]

/** What RSA verification yields for the exponent 1: the padded message itself (RFC 8017 section 9.2). */
function paddedMessage(input: string): Buffer {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const digest = createHash('sha256').update(input).digest()
  const padding = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, digest])
}

function published(kid: string, alg: string, code: ErrorCode): ForgedCase {
  return rejects(`HMAC with a published secret: ${kid}, alg ${alg}`, code, (it) =>
    it.resigned((input) => createHmac('sha256', 'secret').update(input).digest(), { header: { kid, alg } }),
  )
}

const SECRETS: readonly ForgedCase[] = citing(
  { requirements: ['RFC7517-9.2-private', 'RFC8725-3.1-no-other'], advisory: 'CVE-2025-65945' },
  ['oct', 'oct with alg RS256', 'oct without alg', 'symmetric member'].flatMap((kid) => [
    published(kid, 'HS256', 'algorithm_not_allowed'),
    published(kid, 'RS256', 'key_unknown'),
  ]),
)

export const KEY_CASES: readonly ForgedCase[] = [
  ...UNUSUAL,
  accepts('a token whose kid is the number of a key', (it) => it.token({ key: '17', header: { kid: 17 } })),
  accepts('a token whose kid is that number as text', (it) => it.token({ key: '17' })),
  rejects('a token whose kid is the number of an unusable key', 'key_unsuitable', (it) =>
    it.token({ header: { kid: 7 } }),
  ),
  accepts('a token without a kid whose x5t is that of a key', (it) =>
    it.token({ key: 'with x5t', header: { kid: undefined, typ: 'at+jwt', x5t: 'thumbprint' } }),
  ),
  rejects('a token without a kid whose x5t is that of another key', 'signature_invalid', (it) =>
    it.token({ key: 'rs256', header: { kid: undefined, typ: 'at+jwt', x5t: 'thumbprint' } }),
  ),
  ...UNUSABLE,
  ...['exponent 1', 'exponent 1 with leading zeros'].map((key) =>
    rejects(
      `the padded message as the signature of an RSA key with ${key}`,
      'key_unsuitable',
      (it) => it.resigned(paddedMessage, { key }),
      { requirements: WEAK },
    ),
  ),
  rejects(
    'the signature that fits any message under an Ed25519 key of small order',
    'signature_invalid',
    (it) => it.resigned(() => Buffer.concat([Buffer.of(1), Buffer.alloc(63)]), { key: 'small order' }),
    { requirements: INPUTS },
  ),
  ...IGNORED_KEYS,
  ...SECRETS,
  rejects(
    'a token of a key that is published nowhere',
    'key_unknown',
    (it) => it.token({ key: 'stranger' }),
    {
      requirements: ['RFC9068-4-keys', 'RFC8725-3.8-issuer-keys'],
    },
  ),
]
