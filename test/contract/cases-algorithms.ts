import { createHmac, X509Certificate } from 'node:crypto'
import type { Signer } from '../specification/signed-tokens.ts'
import { type ForgedCase, forged, sound } from './case.ts'
import { ALGORITHM, MALFORMED, SIGNATURE, UNSUITABLE_KEY } from './refusals.ts'
import { derOf } from './workshop-keys.ts'

const UNSECURED: readonly ForgedCase[] = ['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
  forged(`alg ${alg} and no signature`, MALFORMED, (it) => it.resigned(() => '', { header: { alg } })),
  forged(`alg ${alg} over a genuine signature`, ALGORITHM, (it) => it.token({ header: { alg } })),
  forged(`alg ${alg} over a signature of one byte`, ALGORITHM, (it) =>
    it.resigned(() => '\0', { header: { alg } }),
  ),
  forged(`alg ${alg} without a kid`, ALGORITHM, (it) => it.token({ header: { alg, kid: undefined } })),
])

const NAMES: readonly ForgedCase[] = [
  ...['rs256', 'ES256 ', ' ES256', 'ES256\0', 'ES256K', 'RSA-OAEP', 'dir', 'A128KW', 'PBES2-HS256+A128KW'],
  ...['__proto__', 'constructor', 'toString', 'hs256', 'null', 'ＥＳ256'],
].map((alg) => forged(`alg ${JSON.stringify(alg)}`, ALGORITHM, (it) => it.token({ header: { alg } })))

const TYPES: readonly ForgedCase[] = [undefined, null, 256, true, ['ES256'], { name: 'ES256' }].map((alg) =>
  forged(`alg that is ${JSON.stringify(alg) ?? 'missing'}`, MALFORMED, (it) => it.token({ header: { alg } })),
)

type Secret = (key: Signer) => string | Uint8Array
const pem = ({ publicKey }: Signer, type: 'spki' | 'pkcs1'): string =>
  publicKey.export({ type, format: 'pem' }) as string
const certificate = ({ jwk }: Signer): X509Certificate =>
  new X509Certificate(Buffer.from((jwk.x5c as string[])[0] as string, 'base64'))

/** Each form in which an RSA public key lies about. */
const RSA_FORMS: Readonly<Record<string, Secret>> = {
  'SPKI PEM': (key) => pem(key, 'spki'),
  'SPKI PEM without its last line break': (key) => pem(key, 'spki').trimEnd(),
  'SPKI PEM with CRLF': (key) => pem(key, 'spki').replaceAll('\n', '\r\n'),
  'SPKI DER': ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' }),
  'PKCS #1 PEM': (key) => pem(key, 'pkcs1'),
  'PKCS #1 PEM without its last line break': (key) => pem(key, 'pkcs1').trimEnd(),
  'PKCS #1 DER': ({ publicKey }) => publicKey.export({ type: 'pkcs1', format: 'der' }),
  'the JWK as JSON': ({ jwk }) => JSON.stringify(jwk),
  'the JWK Set as JSON': ({ jwk }) => JSON.stringify({ keys: [jwk] }),
  'the modulus as text': ({ jwk }) => jwk.n as string,
  'the modulus in bytes': ({ jwk }) => Buffer.from(jwk.n as string, 'base64url'),
  'the key id': ({ kid }) => kid,
  nothing: () => '',
}

/** Those of a key that comes with a certificate. */
const CERTIFIED_FORMS: Readonly<Record<string, Secret>> = {
  'the certificate as PEM': (key) => certificate(key).toString(),
  'the certificate as DER': (key) => certificate(key).raw,
  'the certificate as x5c has it': (key) => derOf(certificate(key).toString()),
  'the SPKI PEM of an EC key': (key) => pem(key, 'spki'),
  'the x coordinate': ({ jwk }) => Buffer.from(jwk.x as string, 'base64url'),
}

function confused(name: string, form: string, secret: Secret): ForgedCase[] {
  const under = (alg: string, digest: string, description: string): ForgedCase =>
    forged(`alg ${alg} with ${form} as HMAC secret`, description, (it) =>
      it.resigned(
        (input) =>
          createHmac(digest, secret(it.key(name)))
            .update(input)
            .digest(),
        {
          key: name,
          header: { alg },
        },
      ),
    )
  return [
    under('HS256', 'sha256', ALGORITHM),
    under('HS384', 'sha384', ALGORITHM),
    under('HS512', 'sha512', ALGORITHM),
    under(name === 'rs256' ? 'RS256' : 'ES256', 'sha256', SIGNATURE),
  ]
}

const SYMMETRIC: readonly ForgedCase[] = [
  ...Object.entries(RSA_FORMS).flatMap(([form, secret]) => confused('rs256', form, secret)),
  ...Object.entries(CERTIFIED_FORMS).flatMap(([form, secret]) => confused('certified', form, secret)),
]

/** Header and signature of another algorithm than the one that the key serves. */
const OTHER_THAN_PUBLISHED: readonly ForgedCase[] = [
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => ['rs256', alg]),
  ...['RS256', 'RS512', 'PS384'].map((alg) => ['ps256', alg]),
  ...['PS256', 'RS384'].map((alg) => ['rsa without alg', alg]),
].map(([key = '', alg = '']) =>
  forged(`${alg} by the key ${key}`, UNSUITABLE_KEY, (it) =>
    it.token({ key, header: { alg }, signedAs: alg }),
  ),
)

/** A header that fits the key, over a signature that does not fit the header. */
const OTHER_THAN_SAID: readonly ForgedCase[] = [
  ...['PS256', 'RS384', 'RS512', 'PS512'].map((signedAs) => ['rs256', signedAs]),
  ...['RS256', 'PS384'].map((signedAs) => ['ps256', signedAs]),
  ['es256', 'ES384'],
].map(([key = '', signedAs = '']) =>
  forged(`a signature of ${signedAs} under the header of ${key}`, SIGNATURE, (it) =>
    it.token({ key, signedAs }),
  ),
)

/** The name of one key, the algorithm and signature of another. */
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
  forged(`a token by ${key} with the kid of ${kid}`, UNSUITABLE_KEY, (it) =>
    it.token({ key, header: { kid } }),
  ),
)

export const ALGORITHM_CASES: readonly ForgedCase[] = [
  ...['rs256', 'ps256', 'es256', 'es384', 'eddsa', 'rsa without alg', 'ec without alg', 'certified'].map(
    (key) => sound(`a token by the key ${key}`, (it) => it.token({ key })),
  ),
  sound('Ed25519, the newer name of EdDSA', (it) => it.token({ key: 'eddsa', header: { alg: 'Ed25519' } })),
  ...UNSECURED,
  ...NAMES,
  ...TYPES,
  ...SYMMETRIC,
  ...OTHER_THAN_PUBLISHED,
  ...OTHER_THAN_SAID,
  ...OF_OTHER_KEYS,
]
