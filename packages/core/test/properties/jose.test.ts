import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import fc from 'fast-check'
import { type CryptoKey, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { keys, numRuns, settings, timeout } from '../support/properties.ts'
import { makeVerifier } from '../support/verifiers.ts'

/** Small steps around now, so that boundaries occur. */
const time = fc.integer({ min: NOW - 40, max: NOW + 40 })
const policy = { issuer: ISSUER, audience: [AUDIENCE, 'api://second'], clockTolerance: 5, maxTokenAge: 30 }
const imported = keys.map(async (key) => [key.algorithm, await importJWK(key.jwk, key.algorithm)] as const)
const publicKeys = new Map(await Promise.all(imported))
const attacker = signingKey('ES256', 'attacker')

/** Whether jwtVerify of jose accepts a token with the same policy. */
async function joseAccepts(token: string, algorithm: string): Promise<boolean> {
  const options = {
    ...policy,
    algorithms: [algorithm],
    currentDate: new Date(NOW * 1_000),
    requiredClaims: ['iss', 'aud', 'exp'],
  }
  return jwtVerify(token, publicKeys.get(algorithm) as CryptoKey, options).then(
    () => true,
    () => false,
  )
}

const audiences = fc.constantFrom(AUDIENCE, 'api://second', 'api://other', `${AUDIENCE}/`, '')

describe('jose with the same policy', () => {
  it('accepts and refuses the same well-formed tokens of one profile', { timeout }, async () => {
    const verifier = makeVerifier({ ...policy, profile: 'okta', jwks: keySet(...keys), tokenCache: false })
    const claims = fc.record(
      {
        iss: fc.constantFrom(ISSUER, ISSUER, ISSUER, `${ISSUER}/`, 'https://other.example.com'),
        aud: fc.oneof(audiences, fc.array(audiences, { maxLength: 3 })),
        exp: time,
        nbf: time,
        iat: time,
        extra: fc.jsonValue({ maxDepth: 3 }),
      },
      { requiredKeys: [] },
    )
    let accepted = 0
    const property = fc.asyncProperty(
      claims,
      fc.constantFrom(...keys),
      fc.integer({ min: 0, max: 9 }),
      async (differing, key, dice) => {
        // A member called __proto__ is refused here, whatever the signature.
        fc.pre(!JSON.stringify(differing).includes('__proto__'))
        const signer = dice === 0 && key.algorithm === 'ES256' ? { ...attacker, kid: key.kid } : key
        const token = signToken({ claims: { iat: NOW, ...differing }, key: signer })
        const code = await outcomeOf(verifier.verify(token))
        if (code === 'accepted') accepted++
        expect(code === 'accepted', code).toBe(await joseAccepts(token, key.algorithm))
      },
    )
    await fc.assert(property, settings)
    expect(accepted).toBeGreaterThan(numRuns / 50)
  })

  it('accepts every token that is accepted here, of any form', { timeout }, async () => {
    const profile = ['okta', 'rfc9068', 'generic'] as const
    const verifier = makeVerifier({ ...policy, profile, jwks: keySet(...keys), tokenCache: false })
    const number = fc.oneof(
      { arbitrary: time, weight: 4 },
      fc.double(),
      fc.maxSafeInteger(),
      fc.jsonValue({ maxDepth: 1 }),
    )
    const member = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(ISSUER, AUDIENCE, CLIENT_ID, 'JWT', 'at+jwt', NOW),
    )
    const names = ['iss', 'aud', 'sub', 'cid', 'scp', 'scope', 'cnf', 'nonce', 'events', 'jti', 'act']
    const claims = fc.dictionary(fc.constantFrom(...names), member, { maxKeys: 2 })
    const times = fc.record({ exp: number, nbf: number, iat: number }, { requiredKeys: [] })
    // Often unchanged, so that other members are checked.
    const parameters = ['typ', 'kid', 'alg', 'crit', 'b64', 'jwk', 'x5c', 'cty']
    const header = fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.constantFrom(...parameters), member, { maxKeys: 1 }),
    )
    let accepted = 0
    const property = fc.asyncProperty(
      claims,
      times,
      header,
      fc.constantFrom(...keys),
      async (differing, differingTimes, differingHeader, key) => {
        const all = { iat: NOW, ...differing, ...differingTimes }
        const token = signToken({ claims: all, header: differingHeader, key })
        if ((await outcomeOf(verifier.verify(token))) !== 'accepted') return
        accepted++
        expect(await joseAccepts(token, key.algorithm)).toBe(true)
      },
    )
    await fc.assert(property, settings)
    expect(accepted).toBeGreaterThan(numRuns / 50)
  })
})
