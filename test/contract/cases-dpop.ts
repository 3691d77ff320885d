import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { base64url, NOW } from '@okta-resource-server/testing'
import {
  acceptsRequest,
  bearer,
  type CaseDetails,
  citing,
  type ForgedCase,
  rejectsRequest,
  written,
} from './case.ts'
import {
  boundTokenAndProof,
  clientKey,
  dpop,
  type ProofDifferences,
  publicJwk,
  thumbprintOf,
} from './proofs.ts'
import type { Workshop } from './workshop.ts'

const DPOP = { scheme: 'DPoP' } as const

const accepted = (name: string, differences: ProofDifferences = {}, details: CaseDetails = {}): ForgedCase =>
  acceptsRequest(name, (it) => dpop(it, differences), details)

const rejected = (
  name: string,
  outcome: ErrorCode,
  differences: ProofDifferences,
  requirements: readonly string[] = [],
): ForgedCase => rejectsRequest(name, outcome, (it) => dpop(it, differences), { ...DPOP, requirements })

/** The proof of a valid request, and how it is sent. */
const sent = (name: string, outcome: ErrorCode, lines: (proof: string) => readonly string[]): ForgedCase =>
  rejectsRequest(
    name,
    outcome,
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return ['Authorization', `DPoP ${token}`, ...lines(proof)]
    },
    { ...DPOP, requirements: ['DPOP-01'] },
  )

const jwk = publicJwk(clientKey())
const key = (differs: unknown): ProofDifferences => ({ header: { jwk: differs } })

const HEADERS: readonly ForgedCase[] = [
  sent('a bound token without a proof', 'proof_missing', () => []),
  sent('an empty DPoP header', 'proof_missing', () => ['DPoP', '']),
  sent('two DPoP headers with one proof each', 'multiple_proofs', (proof) => ['DPoP', proof, 'DPoP', proof]),
  sent('two DPoP headers in other cases', 'multiple_proofs', (proof) => ['dpop', 'a', 'DPOP', proof]),
  sent('two proofs with a comma between them', 'multiple_proofs', (proof) => ['DPoP', `${proof}, ${proof}`]),
  sent('a proof with a comma after it', 'multiple_proofs', (proof) => ['DPoP', `${proof},`]),
  sent('a proof with a space inside', 'proof_malformed', (proof) => ['DPoP', proof.replace('.', ' .')]),
  sent('a proof in quotation marks', 'proof_malformed', (proof) => ['DPoP', `"${proof}"`]),
  sent('a proof with padding', 'proof_malformed', (proof) => ['DPoP', `${proof}=`]),
  sent('a proof of two segments', 'proof_malformed', (proof) => ['DPoP', proof.replace(/\.[^.]*$/, '')]),
  sent('a proof of four segments', 'proof_malformed', (proof) => ['DPoP', `${proof}.a`]),
  sent('a proof of five segments', 'proof_malformed', (proof) => ['DPoP', `${proof}.a.a`]),
  sent('a proof with a header that is no JSON', 'proof_malformed', (proof) => [
    'DPoP',
    proof.replace(/^[^.]*/, base64url('{"alg":')),
  ]),
  sent('a proof with a duplicate member', 'proof_malformed', (proof) => [
    'DPoP',
    proof.replace(/^[^.]*/, base64url('{"alg":"ES256","alg":"ES256"}')),
  ]),
  sent('a proof with another signature', 'proof_signature_invalid', (proof) => [
    'DPoP',
    proof.replace(/[^.]{12}$/, 'AAAAAAAAAAAA'),
  ]),
  sent('a proof of 8,193 characters', 'proof_too_large', (proof) => ['DPoP', proof.padEnd(8_193, 'A')]),
  sent('a proof of 1 MB', 'proof_too_large', (proof) => ['DPoP', proof.padEnd(1_048_576, 'A')]),
  sent('the access token as its proof', 'proof_type_invalid', () => [
    'DPoP',
    `${base64url('{"alg":"ES256"}')}.${base64url('{}')}.AAAA`,
  ]),
  acceptsRequest('the scheme dpop in small letters', (it) => {
    const { token, proof } = boundTokenAndProof(it)
    return ['authorization', `dpop ${token}`, 'dpop', proof]
  }),
  rejectsRequest(
    'a bound token with the scheme Bearer and a proof',
    'sender_constrained',
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return [...bearer(token), 'DPoP', proof]
    },
    { requirements: ['DPOP-15'] },
  ),
  rejectsRequest(
    'a bound token in Proxy-Authorization',
    'missing_token',
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return ['Proxy-Authorization', `DPoP ${token}`, 'DPoP', proof]
    },
    { requirements: ['DPOP-21'] },
  ),
  rejectsRequest('a bound token in two Authorization headers', 'multiple_authorization_headers', (it) => {
    const { token, proof } = boundTokenAndProof(it)
    return ['Authorization', `DPoP ${token}`, ...bearer(token), 'DPoP', proof]
  }),
  rejectsRequest(
    'an unbound token with the scheme DPoP',
    'token_not_bound',
    (it) => dpop(it, { token: { cnf: undefined } }),
    { ...DPOP, requirements: ['DPOP-22'] },
  ),
  acceptsRequest('an unbound token with the scheme Bearer and a proof, which proves nothing', (it) => {
    const { token, proof } = boundTokenAndProof(it, { token: { cnf: undefined } })
    return [...bearer(token), 'DPoP', proof]
  }),
]

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

/** For an API under a known URL that says nothing else about DPoP. */
export const DPOP_CASES: readonly ForgedCase[] = [
  accepted('a bound token with a proof', {}, { requirements: ['DPOP-05', 'DPOP-14', 'DPOP-16'] }),
  ...HEADERS,
  ...ALGORITHMS,
  ...KEYS,
  ...CLAIMS,
  ...URLS,
  ...TIMES,
  rejectsRequest(
    'a bound token without the scope',
    'insufficient_scope',
    (it) => dpop(it, { path: '/admin' }),
    {
      ...DPOP,
      route: '/admin',
      scope: 'messages:admin',
    },
  ),
]

const advertised = { challenges: ['Bearer', 'DPoP'], requirements: ['DPOP-17', 'DPOP-18'] } as const
const onlyDpop = { challenges: ['DPoP'], requirements: ['DPOP-17', 'DPOP-18'] } as const

/** For an API with `dpop: 'allowed'`. */
export const DPOP_ALLOWED_CASES: readonly ForgedCase[] = [
  accepted('a bound token where DPoP is allowed'),
  acceptsRequest('a bearer token where DPoP is allowed', (it) => bearer(it.token())),
  rejectsRequest('no credentials where DPoP is allowed', 'missing_token', () => [], advertised),
  rejectsRequest(
    'an expired bearer token where DPoP is allowed',
    'token_expired',
    (it) => bearer(it.token({ claims: { exp: NOW - 60 } })),
    advertised,
  ),
  rejectsRequest(
    'a proof for another method where DPoP is allowed',
    'proof_method_mismatch',
    (it) => dpop(it, { claims: { htm: 'PUT' } }),
    { ...advertised, ...DPOP },
  ),
]

/** For an API with `dpop: 'required'`. */
export const DPOP_REQUIRED_CASES: readonly ForgedCase[] = [
  accepted('a bound token where DPoP is required'),
  rejectsRequest(
    'a bearer token where DPoP is required',
    'dpop_required',
    (it) => bearer(it.token()),
    onlyDpop,
  ),
  rejectsRequest('no credentials where DPoP is required', 'missing_token', () => [], onlyDpop),
]

/** For an API with `dpop: 'disabled'`. */
export const DPOP_DISABLED_CASES: readonly ForgedCase[] = [
  rejectsRequest('a bound token with a proof where DPoP is disabled', 'unsupported_scheme', (it) => dpop(it)),
  rejectsRequest('a bound token as bearer token where DPoP is disabled', 'sender_constrained', (it) =>
    bearer(boundTokenAndProof(it).token),
  ),
  acceptsRequest('a bearer token where DPoP is disabled', (it) => bearer(it.token())),
]

/** A nonce of the API, once it has been asked. */
export const issuedNonce = { value: '' }

const withNonce = (nonce: () => unknown, claims: Readonly<Record<string, unknown>> = {}) => ({
  get claims() {
    return { ...claims, nonce: nonce() }
  },
})

/** For an API that asks for nonces. */
export const DPOP_NONCE_CASES: readonly ForgedCase[] = citing({ requirements: ['DPOP-10', 'DPOP-19'] }, [
  rejected('a proof without a nonce', 'proof_nonce_missing', {}),
  ...['', 'a', 'A'.repeat(52), 'A'.repeat(4_000)].map((nonce) =>
    rejected(
      `a proof with the nonce ${nonce.slice(0, 10)} of ${nonce.length} characters`,
      'proof_nonce_invalid',
      {
        claims: { nonce },
      },
    ),
  ),
  rejected(
    'a proof with an altered nonce',
    'proof_nonce_invalid',
    withNonce(() => `${issuedNonce.value.slice(0, -1)}${issuedNonce.value.endsWith('A') ? 'B' : 'A'}`),
  ),
  ...[0, -3_600, 3_600].map((offset) =>
    accepted(
      `a proof with a nonce and an iat of ${offset} seconds`,
      withNonce(() => issuedNonce.value, { iat: NOW + offset }),
    ),
  ),
  acceptsRequest('a bearer token where nonces are asked for', (it) => bearer(it.token())),
])

/** `explain()` claims no proof, so it does not see that. */
const UNEXPLAINED = { ...DPOP, explained: 'accepted' } as const

/** For an API whose replay store has seen every proof. */
export const DPOP_REPLAY_CASES: readonly ForgedCase[] = [
  rejectsRequest('a proof that was used before', 'proof_replayed', (it) => dpop(it), {
    ...UNEXPLAINED,
    requirements: ['DPOP-20'],
  }),
]

/** For an API whose replay store fails. */
export const DPOP_STORE_CASES: readonly ForgedCase[] = [
  {
    ...rejectsRequest('a proof while the replay store is unavailable', 'store_unavailable', (it) => dpop(it)),
    ...UNEXPLAINED,
    requirements: ['DPOP-23'],
  },
]

/** For an API whose replay store is full. */
export const DPOP_FULL_CASES: readonly ForgedCase[] = [
  {
    ...rejectsRequest('a proof while the replay store is full', 'replay_store_full', (it) => dpop(it)),
    ...UNEXPLAINED,
  },
]
