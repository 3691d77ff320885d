import { citing, type ForgedCase, written } from './case.ts'
import { accepted, rejected } from './cases-dpop-proofs.ts'
import { clientKey, type ProofDifferences, publicJwk, thumbprintOf } from './proofs.ts'

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

/** Everything that can be right or wrong about the algorithm and the key of a proof. */
export const PROOF_KEY_CASES: readonly ForgedCase[] = [...ALGORITHMS, ...KEYS]
