import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  accessTokenClaims,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  signingKey,
  signSegments,
  signToken,
  toSigningKey,
  verifierOptions,
} from '../src/index.ts'

const ALGORITHMS = ['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const currentDate = new Date(NOW * 1_000)

describe('signToken', () => {
  it.each(ALGORITHMS)('signs with %s, as jose verifies it', async (algorithm) => {
    const key = signingKey(algorithm)
    const { payload, protectedHeader } = await jwtVerify(signToken({ key }), createLocalJWKSet(keySet(key)), {
      currentDate,
      issuer: ISSUER,
      audience: AUDIENCE,
    })
    expect(protectedHeader).toEqual({ alg: algorithm, kid: `${algorithm}-main` })
    expect(payload).toMatchObject({ cid: CLIENT_ID, sub: 'someone@example.com' })
  })

  it('adds, replaces and leaves out claims and header parameters', () => {
    const token = signToken({
      claims: { tenant: 'a', exp: 7, sub: undefined },
      header: { typ: 'at+jwt', kid: undefined },
    })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt' })
    const { sub: _sub, ...others } = accessTokenClaims()
    expect(decodeJwt(token)).toEqual({ ...others, tenant: 'a', exp: 7 })
  })
})

describe('signSegments', () => {
  it('signs bytes that are not JSON', () => {
    const [header, payload] = signSegments('{', Uint8Array.of(0xff), signingKey()).split('.')
    expect(Buffer.from(header ?? '', 'base64url').toString()).toBe('{')
    expect(Buffer.from(payload ?? '', 'base64url')).toEqual(Buffer.of(0xff))
  })
})

describe('signingKey', () => {
  it('gives the same key for the same algorithm and name, and another one for another name', () => {
    expect(signingKey('ES256', 'a').jwk).toEqual(signingKey('ES256', 'a').jwk)
    expect(signingKey('ES256', 'a').jwk.x).not.toBe(signingKey('ES256', 'b').jwk.x)
  })

  it('shares the material of RSA keys of one name', () => {
    const [rs, ps] = [signingKey('RS256'), signingKey('PS512')]
    expect(rs.jwk.n).toBe(ps.jwk.n)
    expect([rs.kid, ps.kid]).toEqual(['RS256-main', 'PS512-main'])
  })

  it('publishes no private member', () => {
    for (const algorithm of ALGORITHMS) expect(signingKey(algorithm).jwk).not.toHaveProperty('d')
  })
})

it('toSigningKey names the key of a pair', () => {
  const { jwk, ...key } = toSigningKey(signingKey('EdDSA'), 'Ed25519', 'another')
  expect(jwk).toMatchObject({ kid: 'another', alg: 'Ed25519', use: 'sig' })
  expect(key).toMatchObject({ kid: 'another', algorithm: 'Ed25519' })
})

it('keySet takes signing keys and JWKs', () => {
  const [key, jwk] = [signingKey(), { kty: 'oct', k: 'AA' }]
  expect(keySet(key, jwk)).toEqual({ keys: [key.jwk, jwk] })
})

describe('verifierOptions', () => {
  it('publishes the default key when no key is given', () => {
    expect(verifierOptions().jwks).toEqual(keySet(signingKey('ES256')))
    expect(verifierOptions(signingKey('RS256')).jwks).toEqual(keySet(signingKey('RS256')))
  })

  it('has a clock at which the tokens are valid', () => {
    const { clock, issuer, audience } = verifierOptions()
    expect({ issuer, audience, time: clock() }).toEqual({
      issuer: ISSUER,
      audience: AUDIENCE,
      time: NOW * 1_000,
    })
  })
})
