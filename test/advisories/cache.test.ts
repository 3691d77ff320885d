import { expect, test } from 'vitest'
import { CLAIMS, outcome, signer, tokenOf, verifierOf } from '../specification/signed-tokens.ts'

test('CVE-2026-35039: fast-jwt could give one user the claims of another, where its cache took two tokens for one', async () => {
  const verifier = await verifierOf()
  const subjects = ['alice', 'bob', 'ALICE', 'alice ', 'alic\u0435']
  const tokens = await Promise.all(subjects.map((sub) => tokenOf({ claims: { sub } })))
  for (let round = 0; round < 3; round++) {
    const found = await Promise.all(tokens.map((token) => verifier.verify(token)))
    expect(found.map(({ subject }) => subject)).toEqual(subjects)
  }
})

test('a token that differs from a cached one in its signature or header alone is verified anew', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  await verifier.verify(token)
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const stranger = (await tokenOf({ key: await signer('ES256', 'stranger') })).split('.')

  expect(await outcome(verifier.verify(`${header}.${payload}.${stranger[2]}`))).toBe('signature_invalid')
  expect(await outcome(verifier.verify(`${stranger[0]}.${payload}.${signature}`))).toBe('key_unknown')
  expect(await outcome(verifier.verify(`${header}.${payload}.${signature.slice(0, -2)}`))).toBe(
    'signature_invalid',
  )
  expect(await outcome(verifier.verify(`${token}=`))).toBe('token_malformed')
})

test('what one request does to the result of a cached token reaches no other request', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  const first = await verifier.verify(token)
  const writable = first as unknown as { scopes: string[]; claims: { scp: string[]; sub: string } }

  expect(() => writable.scopes.push('messages:admin')).toThrow(TypeError)
  expect(() => writable.claims.scp.push('messages:admin')).toThrow(TypeError)
  expect(() => {
    writable.claims.sub = 'root'
  }).toThrow(TypeError)
  expect((await verifier.verify(token)).claims).toEqual(CLAIMS)
  expect(await outcome(verifier.verify(token, { scopes: ['messages:admin'] }))).toBe('insufficient_scope')
})

test('a cached token is judged by what each route asks, in whatever order', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf()
  const [low, high] = [{ scopes: ['messages:read'] }, { scopes: ['messages:admin'] }]
  const outcomes = []
  for (const asked of [low, high, low, undefined, high])
    outcomes.push(await outcome(verifier.verify(token, asked)))

  expect(outcomes).toEqual(['accepted', 'insufficient_scope', 'accepted', 'accepted', 'insufficient_scope'])
})
