import { expect, test } from 'vitest'
import { CLAIMS, outcome, signer, tokenOf, verifierOf } from '../specification/signed-tokens.ts'
import { segmentsOf } from './case.ts'

test('each token keeps its own claims while others are cached [CVE-2026-35039]', async () => {
  const verifier = await verifierOf()
  const subjects = ['alice', 'bob', 'ALICE', 'alice ', 'alic\u0435']
  const tokens = await Promise.all(subjects.map((sub) => tokenOf({ claims: { sub } })))
  for (let round = 0; round < 4; round++) {
    const found = await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect(found.map(({ subject }) => subject)).toEqual(subjects)
  }
})

test('a token that differs from a cached one in its header or signature only is verified on its own', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  for (let time = 0; time < 3; time++) await verifier.verify(token)
  const [header, payload, signature] = segmentsOf(token)
  const stranger = segmentsOf(await tokenOf({ key: await signer('ES256', 'stranger') }))

  expect(await outcome(verifier.verify(`${header}.${payload}.${stranger[2]}`))).toBe('signature_invalid')
  expect(await outcome(verifier.verify(`${stranger[0]}.${payload}.${signature}`))).toBe('key_unknown')
  expect(await outcome(verifier.verify(`${header}.${payload}.${signature.slice(0, -2)}`))).toBe(
    'signature_invalid',
  )
  expect(await outcome(verifier.verify(`${token}=`))).toBe('token_malformed')
})

test('the result of a cached token cannot be changed for other requests', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  for (let time = 0; time < 3; time++) {
    const result = await verifier.verify(token)
    const writable = result as unknown as { scopes: string[]; claims: { scp: string[]; sub: string } }

    expect(() => writable.scopes.push('messages:admin')).toThrow(TypeError)
    expect(() => writable.claims.scp.push('messages:admin')).toThrow(TypeError)
    expect(() => {
      writable.claims.sub = 'root'
    }).toThrow(TypeError)
    expect(result.claims).toEqual(CLAIMS)
  }
  expect(await outcome(verifier.verify(token, { scopes: ['messages:admin'] }))).toBe('insufficient_scope')
})

test('a cached token is checked against the requirements of each route, in any order', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  const [low, high] = [{ scopes: ['messages:read'] }, { scopes: ['messages:admin'] }]
  const outcomes = []
  for (const requirements of [low, high, low, undefined, high]) {
    outcomes.push(await outcome(verifier.verify(token, requirements)))
  }

  expect(outcomes).toEqual(['accepted', 'insufficient_scope', 'accepted', 'accepted', 'insufficient_scope'])
})

test('the second valid signature that anyone can compute for an ECDSA token grants nothing more', async () => {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const key = await signer('ES256')
  const token = await tokenOf({ key })
  const raw = Buffer.from(segmentsOf(token)[2], 'base64url')
  const mirrored = ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`)
  const half = Buffer.from(mirrored.toString(16).padStart(64, '0'), 'hex')
  const twin = token.replace(/[^.]+$/, Buffer.concat([raw.subarray(0, 32), half]).toString('base64url'))
  const verifier = await verifierOf({}, key.jwk)

  // FIPS 186-5 allows both, and signers make either: refusing one would refuse every second genuine token.
  expect(await verifier.verify(twin)).toEqual(await verifier.verify(token))
})
