import { generateKeyPairSync } from 'node:crypto'
import { NOW, outcomeOf, signingKey, signToken, toSigningKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import {
  boundToken,
  dpopRequest,
  makeProof,
  outcomeOfProof,
  type ProofOptions,
  proofKey,
  publicJwk,
  thumbprintOf,
} from '../support/proofs.ts'
import { countVerifications, makeVerifier } from '../support/verifiers.ts'

describe('a proof', () => {
  const jwk = publicJwk(proofKey())
  const rsa = publicJwk(proofKey('RS256'))
  it.each<[string, string, ProofOptions]>([
    ['of another typ [DPOP-03]', 'proof_type_invalid', { header: { typ: 'JWT' } }],
    ['without typ', 'proof_type_invalid', { header: { typ: undefined } }],
    ['with a typ that only contains it', 'proof_type_invalid', { header: { typ: 'x-dpop+jwt' } }],
    ['with a typ that begins with it', 'proof_type_invalid', { header: { typ: 'dpop+jwt2' } }],
    ['with a list as typ', 'proof_type_invalid', { header: { typ: ['dpop+jwt'] } }],
    ['with alg none [DPOP-04]', 'proof_algorithm_not_allowed', { header: { alg: 'none' } }],
    ['with alg HS256', 'proof_algorithm_not_allowed', { header: { alg: 'HS256' } }],
    ['with an algorithm that is not allowed', 'proof_algorithm_not_allowed', { key: proofKey('RS512') }],
    [
      'with another signature [DPOP-05]',
      'proof_signature_invalid',
      { header: { alg: 'PS256' }, key: proofKey('RS256') },
    ],
    ['with a private key [DPOP-06]', 'proof_key_private', { header: { jwk: { ...jwk, d: 'a' } } }],
    ['with a private member that is null', 'proof_key_private', { header: { jwk: { ...jwk, d: null } } }],
    ['with a symmetric key', 'proof_key_private', { header: { jwk: { kty: 'oct', k: 'a' } } }],
    ['with kty oct and no key', 'proof_key_unsuitable', { header: { jwk: { kty: 'oct' } } }],
    ['without jwk', 'proof_key_unsuitable', { header: { jwk: undefined } }],
    ['with a list of keys', 'proof_key_unsuitable', { header: { jwk: [jwk] } }],
    ['with a text as jwk', 'proof_key_unsuitable', { header: { jwk: 'key' } }],
    ['with a key of another type', 'proof_key_unsuitable', { header: { jwk: rsa } }],
    [
      'with a key for another algorithm',
      'proof_key_unsuitable',
      { header: { jwk: { ...jwk, alg: 'ES384' } } },
    ],
    [
      'with a curve that is not known',
      'proof_key_unsuitable',
      { header: { jwk: { ...jwk, crv: 'secp256k1' } } },
    ],
    [
      'with a coordinate of another length',
      'proof_key_unsuitable',
      { header: { jwk: { ...jwk, x: `${jwk.x}AAAA` } } },
    ],
    [
      'with a coordinate in base64 instead of base64url',
      'proof_key_unsuitable',
      { header: { jwk: { ...jwk, x: `+${'A'.repeat(42)}` } } },
    ],
    [
      'with a coordinate that is padded',
      'proof_key_unsuitable',
      { header: { jwk: { ...jwk, x: `${'A'.repeat(42)}=` } } },
    ],
    ['with a coordinate that is no text', 'proof_key_unsuitable', { header: { jwk: { ...jwk, x: 1 } } }],
    [
      'with another key than the token [DPOP-13]',
      'proof_key_mismatch',
      { token: boundToken(proofKey('ES256', 'other')) },
    ],
    ['without jti [DPOP-02]', 'proof_claim_malformed', { claims: { jti: undefined } }],
    ['with an empty jti', 'proof_claim_malformed', { claims: { jti: '' } }],
    ['with a number as jti', 'proof_claim_malformed', { claims: { jti: 1 } }],
    ['without htm', 'proof_claim_malformed', { claims: { htm: undefined } }],
    ['without htu', 'proof_claim_malformed', { claims: { htu: undefined } }],
    [
      'with a list as htu',
      'proof_claim_malformed',
      { claims: { htu: ['https://api.example.com/messages'] } },
    ],
    ['without iat', 'proof_claim_malformed', { claims: { iat: undefined } }],
    ['with a text as iat', 'proof_claim_malformed', { claims: { iat: String(NOW) } }],
    ['with a text as exp', 'proof_claim_malformed', { claims: { exp: 'never' } }],
    ['with a list as nbf', 'proof_claim_malformed', { claims: { nbf: [] } }],
    ['that has expired by its own exp', 'proof_too_old', { claims: { exp: NOW - 6 } }],
    ['that is not yet valid by its own nbf', 'proof_issued_in_future', { claims: { nbf: NOW + 16 } }],
    ['without ath', 'proof_claim_malformed', { claims: { ath: undefined } }],
    ['with a number as nonce', 'proof_claim_malformed', { claims: { nonce: 1 } }],
    ['for another method [DPOP-07]', 'proof_method_mismatch', { claims: { htm: 'POST' } }],
    ['for the method in small letters', 'proof_method_mismatch', { claims: { htm: 'get' } }],
    [
      'for another path [DPOP-08]',
      'proof_url_mismatch',
      { claims: { htu: 'https://api.example.com/other' } },
    ],
    ['for another host', 'proof_url_mismatch', { claims: { htu: 'https://other.example.com/messages' } }],
    ['for another scheme', 'proof_url_mismatch', { claims: { htu: 'http://api.example.com/messages' } }],
    ['for a path alone', 'proof_url_mismatch', { claims: { htu: '/messages' } }],
    ['for another token [DPOP-12]', 'proof_token_mismatch', { claims: { ath: thumbprintOf(proofKey()) } }],
    ['with the hash of the token in hex', 'proof_token_mismatch', { claims: { ath: 'a'.repeat(64) } }],
  ])('is refused %s', async (_title, code, proof) => {
    expect(await outcomeOfProof(proof)).toBe(code)
  })

  it('may have further header parameters and claims', async () => {
    const proof = { header: { kid: 'a', x: { y: 1 } }, claims: { iss: 1, nonce: 'of another server', z: [] } }

    expect(await outcomeOfProof(proof)).toBe('accepted')
  })

  it.each(['DPoP+JWT', 'application/dpop+jwt'])('may have the typ %s', async (typ) => {
    expect(await outcomeOfProof({ header: { typ } })).toBe('accepted')
  })

  it('may name query and fragment, which are ignored', async () => {
    expect(await outcomeOfProof({ claims: { htu: 'https://api.example.com/messages?a=1#b' } })).toBe(
      'accepted',
    )
  })

  it('is verified with a key whose thumbprint is that of the token, even if it is in unusual encoding', async () => {
    const key = proofKey()
    const odd = { ...jwk, use: 'enc', key_ops: ['sign'], kid: 'x', ext: false }

    expect(await outcomeOfProof({ key, header: { jwk: odd } })).toBe('accepted')
  })

  it.each([
    [1_024, 'proof_key_unsuitable'],
    [4_096, 'accepted'],
  ])('with an RSA key of %i bits: %s', { timeout: 60_000 }, async (modulusLength, expected) => {
    const key = toSigningKey(generateKeyPairSync('rsa', { modulusLength }), 'RS256', `rsa ${modulusLength}`)

    expect(await outcomeOfProof({ key })).toBe(expected)
  })

  // A key of an acceptable size is then compared with that of the token.
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a modulus of less than 2,048 bits', { n: 'w'.repeat(341) }, 'proof_key_unsuitable'],
    ['a modulus of 2,048 bits', { n: 'w'.repeat(342) }, 'proof_key_mismatch'],
    ['a modulus of 4,096 bits', { n: 'w'.repeat(683) }, 'proof_key_mismatch'],
    ['a modulus of more than 4,096 bits', { n: 'w'.repeat(684) }, 'proof_key_unsuitable'],
    ['an exponent of 64 bits', { e: 'w'.repeat(11) }, 'proof_key_mismatch'],
    ['an exponent of more than 64 bits', { e: 'w'.repeat(12) }, 'proof_key_unsuitable'],
    ['an exponent as long as its modulus', { e: rsa.n }, 'proof_key_unsuitable'],
  ])(
    'whose RSA key has %s is compared or refused before the key is imported',
    async (_size, members, expected) => {
      const key = proofKey('RS256')

      expect(await outcomeOfProof({ key, header: { jwk: { ...rsa, ...members } } })).toBe(expected)
    },
  )

  it('whose point is not on the curve is refused', async () => {
    const off = { ...jwk, y: jwk.x }
    const thumbprint = thumbprintOf({ ...proofKey(), publicKey: { export: () => off } as never })
    const token = signToken({ claims: { cnf: { jkt: thumbprint } } })

    expect(await outcomeOfProof({ token, header: { jwk: off } })).toBe('proof_key_unsuitable')
  })

  it('costs no signature unless its key is that of the token and all else is right', async () => {
    const verifier = makeVerifier()
    const token = boundToken()
    await verifier.authenticate(dpopRequest(token, makeProof({ token })))
    await verifier.authenticate(dpopRequest(token, makeProof({ token })))
    const counted = countVerifications()
    const wrong: ProofOptions[] = [
      { key: signingKey('ES256', 'thief') },
      { claims: { ath: 'x' } },
      { claims: { iat: NOW - 1_000 } },
      { claims: { htm: 'PUT' } },
    ]
    for (const each of wrong) {
      expect(
        await outcomeOf(async () => decide(verifier, dpopRequest(token, makeProof({ token, ...each })))),
      ).not.toBe('accepted')
    }
    expect(counted.count).toBe(0)

    await verifier.authenticate(dpopRequest(token, makeProof({ token })))
    expect(counted.count).toBe(1)
  })
})

it('a proof is accepted with the token that it was made for, and no other that is bound to the same key [DPOP-12]', async () => {
  const tokens = ['first', 'second'].map((sub) => boundToken(proofKey(), { sub }))
  const verifier = makeVerifier()
  // From the third time on, both are cached and their digests known.
  for (const _ of [1, 2, 3, 4]) {
    for (const [index, token] of tokens.entries()) {
      const other = tokens[1 - index] as string
      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, makeProof({ token }))))).toBe(
        'accepted',
      )
      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, makeProof({ token: other }))))).toBe(
        'proof_token_mismatch',
      )
    }
  }
})
