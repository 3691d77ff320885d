import { accessTokenClaims, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { expect, test } from 'vitest'
import { verifierOf } from '../specification/judge.ts'
import { segmentsOf } from './case.ts'

test('each token keeps its own claims while others are cached [CVE-2026-35039]', async () => {
  const verifier = verifierOf()
  const subjects = ['alice', 'bob', 'ALICE', 'alice ', 'alic\u0435']
  const tokens = subjects.map((sub) => signToken({ claims: { sub } }))
  for (let round = 0; round < 4; round++) {
    const found = await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect(found.map(({ subject }) => subject)).toEqual(subjects)
  }
})

test('a token that differs from a cached one in its header or signature only is verified on its own', async () => {
  const verifier = verifierOf()
  const token = signToken()
  for (let time = 0; time < 3; time++) await verifier.verify(token)
  const [header, payload, signature] = segmentsOf(token)
  const stranger = segmentsOf(signToken({ key: signingKey('ES256', 'stranger') }))

  expect(await outcomeOf(verifier.verify(`${header}.${payload}.${stranger[2]}`))).toBe('signature_invalid')
  expect(await outcomeOf(verifier.verify(`${stranger[0]}.${payload}.${signature}`))).toBe('key_unknown')
  expect(await outcomeOf(verifier.verify(`${header}.${payload}.${signature.slice(0, -2)}`))).toBe(
    'signature_invalid',
  )
  expect(await outcomeOf(verifier.verify(`${token}=`))).toBe('token_malformed')
})

test('the result of a cached token cannot be changed for other requests', async () => {
  const verifier = verifierOf()
  const token = signToken()
  for (let time = 0; time < 3; time++) {
    const result = await verifier.verify(token)
    const writable = result as unknown as { scopes: string[]; claims: { scp: string[]; sub: string } }

    expect(() => writable.scopes.push('messages:admin')).toThrow(TypeError)
    expect(() => writable.claims.scp.push('messages:admin')).toThrow(TypeError)
    expect(() => {
      writable.claims.sub = 'root'
    }).toThrow(TypeError)
    expect(result.claims).toEqual(accessTokenClaims())
  }
  expect(await outcomeOf(verifier.verify(token, { scopes: ['messages:admin'] }))).toBe('insufficient_scope')
})

test('a cached token is checked against the requirements of each route, in any order', async () => {
  const verifier = verifierOf()
  const token = signToken()
  const [low, high] = [{ scopes: ['messages:read'] }, { scopes: ['messages:admin'] }]
  const outcomes = []
  for (const requirements of [low, high, low, undefined, high]) {
    outcomes.push(await outcomeOf(verifier.verify(token, requirements)))
  }

  expect(outcomes).toEqual(['accepted', 'insufficient_scope', 'accepted', 'accepted', 'insufficient_scope'])
})

test('the second valid signature that anyone can compute for an ECDSA token grants nothing more', async () => {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const key = signingKey('ES256')
  const token = signToken({ key })
  const raw = Buffer.from(segmentsOf(token)[2], 'base64url')
  const mirrored = ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`)
  const half = Buffer.from(mirrored.toString(16).padStart(64, '0'), 'hex')
  const twin = token.replace(/[^.]+$/, Buffer.concat([raw.subarray(0, 32), half]).toString('base64url'))
  const verifier = verifierOf({}, key.jwk)

  // FIPS 186-5 allows both, and signers make either: refusing one would refuse every second genuine token.
  expect(await verifier.verify(twin)).toEqual(await verifier.verify(token))
})
