import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { NOW } from '@okta-resource-server/testing'
import { acceptsRequest, type CaseDetails, citing, type ForgedCase, rejectsRequest, written } from './case.ts'
import { clientKey, dpop, type ProofDifferences, publicJwk, thumbprintOf } from './proofs.ts'
import type { Workshop } from './workshop.ts'

/** The scheme of a request with a proof. */
export const DPOP = { scheme: 'DPoP' } as const

/** A request with a proof that differs, and is accepted. */
export const accepted = (
  name: string,
  differences: ProofDifferences = {},
  details: CaseDetails = {},
): ForgedCase => acceptsRequest(name, (it) => dpop(it, differences), details)

/** A request with a proof that differs, and is refused with this code. */
export const rejected = (
  name: string,
  outcome: ErrorCode,
  differences: ProofDifferences,
  requirements: readonly string[] = [],
): ForgedCase => rejectsRequest(name, outcome, (it) => dpop(it, differences), { ...DPOP, requirements })

const jwk = publicJwk(clientKey())
const key = (differs: unknown): ProofDifferences => ({ header: { jwk: differs } })

const ALGORITHMS: readonly ForgedCase[] = citing({ requirements: ['DPOP-04'] }, [
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'].map((name) =>
    accepted(`a proof that is signed with ${name}`, { key: clientKey(name) }),
  ),
  ...['none', 'None', 'HS256', 'HS512', 'RS1', 'ES256K', 'es256', 'ML-DSA-44', '', '__proto__'].map((alg) =>
    rejected(`a proof with alg ${written(alg)}`, 'proof_algorithm_not_allowed', { header: { alg } }),
  ),
  ...[null, 1, ['ES256'], undefined].map((alg) =>
    rejected(`a proof with alg ${written(alg ?? null)} ${typeof alg}`, 'proof_malformed', {
      header: { alg },
    }),
  ),
  rejected('a proof with RS512, which is not in the list', 'proof_algorithm_not_allowed', {
    key: clientKey('RS512'),
  }),
  rejected('a proof that is signed as RS256 under the header of PS256', 'proof_signature_invalid', {
    key: clientKey('RS256'),
    header: { alg: 'PS256' },
  }),
])

/** The same bytes in base64url, with bits set that a decoder ignores. */
function withStrayBits(text: string): string {
  const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
    (last) => text.slice(0, -1) + last,
  )
  const bytes = Buffer.from(text, 'base64url')
  return others.find((other) => other !== text && bytes.equals(Buffer.from(other, 'base64url'))) as string
}

/** Writes a number as JSON has it. */
const number = (name: string, text: string): ProofDifferences => ({
  claims: { [name]: 0 },
  rewrite: (json) => json.replace(`"${name}":0`, `"${name}":${text}`),
})

const KEYS: readonly ForgedCase[] = [
  ...citing({ requirements: ['DPOP-06'] }, [
    rejected('a proof with a private key', 'proof_key_private', key({ ...jwk, d: 'AAAA' })),
    rejected('a proof with a private RSA member', 'proof_key_private', {
      ...key({ ...publicJwk(clientKey('RS256')), dp: 'AAAA' }),
      key: clientKey('RS256'),
    }),
    rejected('a proof with a private member that is null', 'proof_key_private', key({ ...jwk, d: null })),
    rejected('a proof with a symmetric key', 'proof_key_private', key({ kty: 'oct', k: 'AAAA' })),
    rejected('a proof with kty oct', 'proof_key_unsuitable', key({ kty: 'oct' })),
    ...['p', 'q', 'dq', 'qi', 'oth', 'k', 'priv'].map((name) =>
      rejected(`a proof with the private member ${name}`, 'proof_key_private', key({ ...jwk, [name]: '' })),
    ),
  ]),
  ...[undefined, null, 'key', [jwk], {}, { ...jwk, kty: 'EC2' }, { ...jwk, kty: '__proto__' }].map((value) =>
    rejected(
      `a proof with the jwk ${written(value ?? null).slice(0, 40)} ${typeof value}`,
      'proof_key_unsuitable',
      key(value),
    ),
  ),
  ...[
    { ...jwk, crv: 'P-384' },
    { ...jwk, crv: 'secp256k1' },
    { ...jwk, crv: undefined },
    { ...jwk, x: undefined },
    { ...jwk, x: 1 },
    { ...jwk, x: `${jwk.x}=` },
    { ...jwk, x: `AAAA${jwk.x}` },
    { ...jwk, y: '' },
    { ...jwk, alg: 'ES384' },
    { ...jwk, kty: 'OKP' },
    { ...jwk, crv: 'Ed25519' },
    { ...jwk, x: `${String(jwk.x).slice(0, -1)}~` },
  ].map((value, index) =>
    rejected(`a proof with a malformed EC key, ${index}`, 'proof_key_unsuitable', key(value)),
  ),
  rejected('a proof with a point that is not on the curve', 'proof_key_unsuitable', {
    ...key({ ...jwk, y: jwk.x }),
    token: {
      cnf: {
        jkt: thumbprintOf({ ...clientKey(), publicKey: { export: () => ({ ...jwk, y: jwk.x }) } as never }),
      },
    },
  }),
  ...[171, 341, 684, 4_000].map((characters) =>
    rejected(`a proof with an RSA modulus of ${characters} characters`, 'proof_key_unsuitable', {
      ...key({ ...publicJwk(clientKey('RS256')), n: 'w'.repeat(characters) }),
      key: clientKey('RS256'),
    }),
  ),
  rejected('a proof with an RSA exponent as long as the modulus', 'proof_key_unsuitable', {
    ...key({ ...publicJwk(clientKey('RS256')), e: publicJwk(clientKey('RS256')).n }),
    key: clientKey('RS256'),
  }),
  accepted('a proof with further members in its jwk', key({ ...jwk, kid: 'a', use: 'enc', x5c: [], ext: 1 })),
  rejected(
    'a proof with the coordinates exchanged',
    'proof_key_mismatch',
    key({ ...jwk, x: jwk.y, y: jwk.x }),
  ),
  rejected(
    'a proof with another text of the same coordinate',
    'proof_key_mismatch',
    key({ ...jwk, x: withStrayBits(String(jwk.x)) }),
  ),
  rejected(
    'a proof with another key than the token',
    'proof_key_mismatch',
    {
      token: { cnf: { jkt: thumbprintOf(clientKey('ES256', 'other')) } },
    },
    ['DPOP-13'],
  ),
]

const CLAIMS: readonly ForgedCase[] = [
  ...citing({ requirements: ['DPOP-03'] }, [
    ...['JWT', 'at+jwt', 'dpop+jwt ', 'dpop', '', null, 1, ['dpop+jwt']].map((typ) =>
      rejected(`a proof with typ ${written(typ)}`, 'proof_type_invalid', { header: { typ } }),
    ),
    ...['DPoP+JWT', 'application/dpop+jwt'].map((typ) =>
      accepted(`a proof with typ ${typ}`, { header: { typ } }),
    ),
  ]),
  ...citing({ requirements: ['DPOP-02'] }, [
    ...['jti', 'htm', 'htu', 'iat', 'ath'].flatMap((name) =>
      [undefined, null, '', [], {}].map((value) =>
        rejected(`a proof with ${name} ${written(value ?? null)} ${typeof value}`, 'proof_claim_malformed', {
          claims: { [name]: value },
        }),
      ),
    ),
    rejected('a proof with a text as iat', 'proof_claim_malformed', { claims: { iat: `${NOW}` } }),
    ...['iat', 'exp', 'nbf'].flatMap((name) =>
      ['1e400', '-1e400', 'true', 'null'].map((text) =>
        rejected(`a proof with ${name} ${text}`, 'proof_claim_malformed', number(name, text)),
      ),
    ),
    ...['\u0000', ' ', '"', '\u2028', '\ud800', '😀', '../..'].map((jti) =>
      accepted(`a proof with the jti ${written(jti)}`, { claims: { jti: `${jti} ${randomUUID()}` } }),
    ),
    rejected('a proof with a number as nonce', 'proof_claim_malformed', { claims: { nonce: 1 } }),
    accepted('a proof with a jti of 4,000 characters', { claims: { jti: 'j'.repeat(4_000) } }),
    accepted('a proof with the nonce of another server', { claims: { nonce: 'a' } }),
    accepted('a proof with further claims', { claims: { iss: 1, 'x-y': { z: [] } } }),
  ]),
  ...['POST', 'get', 'Get', 'HEAD', 'GET ', 'GET\u0000', '\u0262ET'].map((htm) =>
    rejected(`a proof for the method ${written(htm)}`, 'proof_method_mismatch', { claims: { htm } }, [
      'DPOP-07',
    ]),
  ),
  acceptsRequest('a proof for HEAD', (it) => dpop(it, { claims: { htm: 'HEAD' } }), { method: 'HEAD' }),
  rejected(
    'a proof for another token',
    'proof_token_mismatch',
    { claims: { ath: thumbprintOf(clientKey()) } },
    ['DPOP-12'],
  ),
]

const URLS: readonly ForgedCase[] = [
  ...citing({ requirements: ['DPOP-09'] }, [
    ...['/%61ny', '/x/../any', '/./any', '/any?a=b#c', '/any#c?', '/%41/../any'].map((path) =>
      accepted(`a proof for the path ${path}`, { path }),
    ),
    ...['/any?', '/any#', '/any?#?', '/%2e/any', `/${'../'.repeat(1_500)}any`].map((path) =>
      accepted(`a proof for the path ${path.slice(0, 20)} of ${path.length} characters`, { path }),
    ),
    // A client that writes the host as a browser reads it sends its request to this server.
    ...[
      'https://\uff41pi.example.com/any',
      'https://api\u3002example.com/any',
      'https://api%2Eexample.com/any',
    ].map((htu) => accepted(`a proof for ${written(htu)}`, { claims: { htu } })),
    ...['https://API.example.com:443/any', 'HTTPS://api.example.com/any', 'https://api.example.com:/any'].map(
      (htu) => accepted(`a proof for ${htu}`, { claims: { htu } }),
    ),
    acceptsRequest('a query, which the proof does not name', (it: Workshop) => dpop(it), { query: '?a=b' }),
  ]),
  ...citing({ requirements: ['DPOP-08'] }, [
    ...['/any/', '/ANY', '//any', '/any%2F', '/an', '/any;a', '/%2561ny', '/', '', '/any%00'].map((path) =>
      rejected(`a proof for the path ${written(path)}`, 'proof_url_mismatch', { path }),
    ),
    ...[
      'http://api.example.com/any',
      'https://api.example.com:8443/any',
      'https://api.example.com./any',
      'https://user@api.example.com/any',
      'https://@api.example.com/any',
      'https://:@api.example.com/any',
      'https://\u0430pi.example.com/any',
      'https://xn--pi-6kc.example.com/any',
      'https://api.example.com\u202e/any',
      'https://api.example.com:+443/any',
      'https://api.example.com:443:443/any',
      'https://api.example.com?/any',
      'https://api.example.com#/any',
      'https://api.example.com/an\ny',
      'https://api.example.com/any\t',
      'https://api.example.com/any\ufeff',
      '\ufeffhttps://api.example.com/any',
      'blob:https://api.example.com/any',
      'https:api.example.com/any',
      'https:\\\\api.example.com\\any',
      ' https://api.example.com/any',
      'https://api.exa\tmple.com/any',
      '//api.example.com/any',
      '/any',
      'any',
    ].map((htu) => rejected(`a proof for ${written(htu)}`, 'proof_url_mismatch', { claims: { htu } })),
  ]),
]

const TIMES: readonly ForgedCase[] = citing({ requirements: ['DPOP-11'] }, [
  ...[-64, 0, 15].map((offset) =>
    accepted(`a proof of ${offset} seconds`, { claims: { iat: NOW + offset } }),
  ),
  ...[-65, -300, -3_600, -NOW, -2 * NOW].map((offset) =>
    rejected(`a proof of ${offset} seconds`, 'proof_too_old', { claims: { iat: NOW + offset } }),
  ),
  accepted('a proof of a fraction of a second ahead', { claims: { iat: NOW + 0.999 } }),
  rejected('a proof with iat -0', 'proof_too_old', number('iat', '-0')),
  ...[16, 300, 3_600, 1e300].map((offset) =>
    rejected(`a proof of ${offset} seconds ahead`, 'proof_issued_in_future', {
      claims: { iat: NOW + offset },
    }),
  ),
  rejected('a proof that has expired by its own exp', 'proof_too_old', { claims: { exp: NOW - 6 } }),
])

/** Everything that can be right or wrong about a proof itself. */
export const PROOF_CASES: readonly ForgedCase[] = [...ALGORITHMS, ...KEYS, ...CLAIMS, ...URLS, ...TIMES]
