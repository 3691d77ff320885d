import { createHmac, X509Certificate } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'
import { derOf, type WorkshopKey } from './workshop-keys.ts'

const NONE = ['RFC7515-4.1.1-supported', 'RFC8725-3.2-none', 'RFC9068-4-none']
const SIGNATURE = [
  ...['RFC7515-5.2-signature', 'RFC8725-3.3-all', 'RFC9068-4-signature'],
  ...['OKTA-guide-signature', 'RFC6750-5.2-integrity'],
]
const ONE_ALGORITHM = ['RFC7515-5.2-algorithm', 'RFC8725-3.1-same', 'RFC8725-3.1-one-per-key']
/** The advisories about tokens that choose HMAC, so that the public key becomes the secret. */
const CONFUSION = [
  ...['CVE-2015-9235', 'CVE-2016-10555', 'CVE-2016-1000223'],
  ...['CVE-2020-15084', 'CVE-2022-23541'],
]

const UNSECURED: readonly ForgedCase[] = [
  'none',
  'None',
  'NONE',
  'nOnE',
  ' none',
  'none\0',
  'null',
  '',
].flatMap((alg) => {
  const name = written(alg)
  return [
    rejects(`alg ${name} with an empty signature`, 'token_malformed', (it) =>
      it.resigned(() => '', { header: { alg } }),
    ),
    rejects(`alg ${name} over a genuine signature`, 'algorithm_not_allowed', (it) =>
      it.token({ header: { alg } }),
    ),
    rejects(`alg ${name} over a signature of one byte`, 'algorithm_not_allowed', (it) =>
      it.resigned(() => '\0', { header: { alg } }),
    ),
    rejects(`alg ${name} without a kid`, 'algorithm_not_allowed', (it) =>
      it.token({ header: { alg, kid: undefined } }),
    ),
  ]
})

const NAMES: readonly ForgedCase[] = [
  ...['es256', 'rs256', 'ES256 ', ' ES256', 'ES256\0', 'ES256K', 'RS1', 'RSA-OAEP', 'dir', 'A128KW'],
  ...['PBES2-HS256+A128KW', '__proto__', 'constructor', 'toString', 'hs256', 'ＥＳ256'],
].map((alg) =>
  rejects(`alg ${written(alg)}`, 'algorithm_not_allowed', (it) => it.token({ header: { alg } }), {
    requirements: ['RFC8725-3.2-current', 'RFC7515-5.3-comparison'],
  }),
)

const TYPES: readonly ForgedCase[] = [undefined, null, 256, true, ['ES256'], { name: 'ES256' }].map((alg) =>
  rejects(
    alg === undefined ? 'a header without alg' : `alg of another type: ${written(alg)}`,
    'token_malformed',
    (it) => it.token({ header: { alg } }),
    { requirements: ['RFC7515-4.1.1-alg'] },
  ),
)

type Secret = (key: WorkshopKey) => string | Uint8Array
const pem = ({ publicKey }: WorkshopKey, type: 'spki' | 'pkcs1'): string =>
  publicKey.export({ type, format: 'pem' }) as string
const certificate = ({ jwk }: WorkshopKey): X509Certificate =>
  new X509Certificate(Buffer.from((jwk.x5c as string[])[0] as string, 'base64'))

/** The forms in which an RSA public key is found. */
const RSA_FORMS: Readonly<Record<string, Secret>> = {
  'its SPKI PEM': (key) => pem(key, 'spki'),
  'its SPKI PEM without the last line break': (key) => pem(key, 'spki').trimEnd(),
  'its SPKI PEM with CRLF': (key) => pem(key, 'spki').replaceAll('\n', '\r\n'),
  'its SPKI DER': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }),
  'its JWK in JSON': ({ jwk }) => JSON.stringify(jwk),
  'its JWK Set in JSON': ({ jwk }) => JSON.stringify({ keys: [jwk] }),
  'the text of its modulus': ({ jwk }) => jwk.n as string,
  'the bytes of its modulus': ({ jwk }) => Buffer.from(jwk.n as string, 'base64url'),
  'its key id': ({ kid }) => kid,
  'an empty text in its place': () => '',
}

/** Forms that fast-jwt did not recognise as a public key. */
const UNRECOGNISED_FORMS: Readonly<Record<string, Secret>> = {
  'its PKCS #1 PEM': (key) => pem(key, 'pkcs1'),
  'its PKCS #1 PEM without the last line break': (key) => pem(key, 'pkcs1').trimEnd(),
  'its PKCS #1 PEM after a line break': (key) => `\n${pem(key, 'pkcs1')}`,
  'its PKCS #1 PEM after a space': (key) => ` ${pem(key, 'pkcs1')}`,
  'its SPKI PEM after a tab': (key) => `\t${pem(key, 'spki')}`,
  'its PKCS #1 DER': ({ publicKey }) => publicKey.export({ type: 'pkcs1', format: 'der' }),
}

/** The forms of an EC key that is published with a certificate. */
const CERTIFIED_FORMS: Readonly<Record<string, Secret>> = {
  'its certificate in PEM': (key) => certificate(key).toString(),
  'its certificate in DER': (key) => certificate(key).raw,
  'its x5c': (key) => derOf(certificate(key).toString()),
  'its SPKI PEM': (key) => pem(key, 'spki'),
  'its x coordinate': ({ jwk }) => Buffer.from(jwk.x as string, 'base64url'),
}

function hmac(
  name: string,
  code: ErrorCode,
  secret: (key: WorkshopKey) => string | Uint8Array,
  { key, alg, kid }: { readonly key: string; readonly alg: string; readonly kid?: string | undefined },
  requirements: readonly string[],
): ForgedCase {
  const digest = /^HS/.test(alg) ? `sha${alg.slice(2)}` : 'sha256'
  return rejects(
    name,
    code,
    (it) =>
      it.resigned(
        (input) =>
          createHmac(digest, secret(it.key(key)))
            .update(input)
            .digest(),
        {
          key,
          header: { alg, kid },
        },
      ),
    { requirements },
  )
}

function confused(key: string, form: string, secret: Secret): ForgedCase[] {
  const genuine = key === 'certified' ? 'ES256' : 'RS256'
  const symmetric = ['RFC7515-4.1.1-supported', 'RFC8725-3.1-no-other']
  const secretOf = `with the key ${key} as the secret: ${form}`
  return [
    ...['HS256', 'HS384', 'HS512'].map((alg) =>
      hmac(
        `HMAC under alg ${alg} ${secretOf}`,
        'algorithm_not_allowed',
        secret,
        { key, alg, kid: key },
        symmetric,
      ),
    ),
    hmac(
      `HMAC under alg HS256 without a kid ${secretOf}`,
      'algorithm_not_allowed',
      secret,
      { key, alg: 'HS256' },
      symmetric,
    ),
    hmac(
      `HMAC under alg ${genuine} ${secretOf}`,
      'signature_invalid',
      secret,
      { key, alg: genuine, kid: key },
      SIGNATURE,
    ),
  ]
}

const SYMMETRIC: readonly ForgedCase[] = [
  ...citing({ advisory: CONFUSION }, [
    ...Object.entries(RSA_FORMS).flatMap(([form, secret]) => confused('rs256', form, secret)),
    ...Object.entries(CERTIFIED_FORMS).flatMap(([form, secret]) => confused('certified', form, secret)),
  ]),
  ...citing(
    { advisory: ['CVE-2023-48223', 'CVE-2026-34950'] },
    Object.entries(UNRECOGNISED_FORMS).flatMap(([form, secret]) => confused('rs256', form, secret)),
  ),
  ...citing(
    { advisory: 'CVE-2026-44351' },
    ['unknown', '', undefined].flatMap((kid) =>
      ['', '\0', 'null', 'undefined'].map((secret) =>
        hmac(
          `HMAC with the secret ${written(secret)} ${kid === undefined ? 'without a kid' : `under the kid ${written(kid)}`}`,
          'algorithm_not_allowed',
          () => secret,
          { key: 'rs256', alg: 'HS256', kid },
          [],
        ),
      ),
    ),
  ),
  ...citing({ advisory: ['CVE-2026-22817', 'CVE-2026-22818'] }, [
    hmac(
      'HMAC with the modulus of an RSA key that is published without alg',
      'algorithm_not_allowed',
      ({ jwk }) => jwk.n as string,
      { key: 'rsa without alg', alg: 'HS256', kid: 'rsa without alg' },
      [],
    ),
  ]),
]

/** Header and signature of another algorithm than the key is published for. */
const OTHER_THAN_PUBLISHED: readonly ForgedCase[] = [
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => ['rs256', alg]),
  ...['RS256', 'RS512', 'PS384'].map((alg) => ['ps256', alg]),
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => ['rsa without alg', alg]),
].map(([key = '', alg = '']) =>
  rejects(
    `a token signed as ${alg} with the key ${key}`,
    'key_unsuitable',
    (it) => it.token({ key, header: { alg }, signedAs: alg }),
    {
      requirements: ONE_ALGORITHM,
      advisory: key === 'rsa without alg' ? ['CVE-2026-22817', 'CVE-2026-22818'] : [],
    },
  ),
)

/** A signature of another algorithm than the header says. */
const OTHER_THAN_NAMED: readonly ForgedCase[] = [
  ...['PS256', 'RS384', 'RS512', 'PS512', 'RS1'].map((signedAs) => ['rs256', signedAs]),
  ...['RS256', 'PS384'].map((signedAs) => ['ps256', signedAs]),
  ['es256', 'ES384'],
].map(([key = '', signedAs = '']) =>
  rejects(
    `a signature of ${signedAs} under the header of the key ${key}`,
    'signature_invalid',
    (it) => it.token({ key, signedAs }),
    {
      requirements: [
        ...SIGNATURE,
        'RFC8725-3.1-same',
        ...(key === 'rs256' && signedAs.startsWith('RS') ? ['RFC7515-10.6-digest'] : []),
      ],
    },
  ),
)

/** The kid of one key, with the algorithm and the signature of another. */
const OF_OTHER_KEYS: readonly ForgedCase[] = [
  ['es256', 'rs256'],
  ['rs256', 'es256'],
  ['eddsa', 'rs256'],
  ['eddsa', 'es256'],
  ['es384', 'es256'],
  ['es256', 'eddsa'],
  ['es256', 'rsa without alg'],
  ['rs256', 'ec without alg'],
].map(([key = '', kid = '']) =>
  rejects(
    `a token signed with the key ${key} under the kid of ${kid}`,
    'key_unsuitable',
    (it) => it.token({ key, header: { kid } }),
    { requirements: ONE_ALGORITHM },
  ),
)

const ACCEPTED: readonly ForgedCase[] = [
  ...['rs256', 'ps256', 'es256', 'es384', 'es512', 'eddsa', 'rsa without alg', 'ec without alg', 'certified'],
].map((key) =>
  accepts(`a token signed with the key ${key}`, (it) => it.token({ key }), {
    requirements: /^[re]s256$/.test(key) ? ['RFC7519-8-recommended'] : [],
  }),
)

export const ALGORITHM_CASES: readonly ForgedCase[] = [
  ...ACCEPTED,
  accepts('Ed25519, the newer name of EdDSA', (it) => it.token({ key: 'eddsa', header: { alg: 'Ed25519' } })),
  ...citing({ requirements: NONE, advisory: ['CVE-2022-23540', 'CVE-2015-9235'] }, UNSECURED),
  ...NAMES,
  ...TYPES,
  ...SYMMETRIC,
  ...OTHER_THAN_PUBLISHED,
  ...OTHER_THAN_NAMED,
  ...OF_OTHER_KEYS,
]
