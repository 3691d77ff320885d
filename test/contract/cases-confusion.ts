import { createHmac, X509Certificate } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { citing, type ForgedCase, rejects, written } from './case.ts'
import { derOf, type WorkshopKey } from './workshop-keys.ts'

const SIGNATURE = [
  ...['RFC7515-5.2-signature', 'RFC8725-3.3-all', 'RFC9068-4-signature'],
  ...['OKTA-guide-signature', 'RFC6750-5.2-integrity'],
]
/** The advisories about tokens that choose HMAC, so that the public key becomes the secret. */
const CONFUSION = [
  ...['CVE-2015-9235', 'CVE-2016-10555', 'CVE-2016-1000223'],
  ...['CVE-2020-15084', 'CVE-2022-23541'],
]

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
  'an empty text instead of it': () => '',
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

export const CONFUSION_CASES: readonly ForgedCase[] = [
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
