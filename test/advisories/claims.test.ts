import { expect, test } from 'vitest'
import {
  AUDIENCE,
  base64url,
  CLAIMS,
  compact,
  ISSUER,
  judge,
  NOW,
  outcome,
  signer,
  tokenOf,
  verifierOf,
} from '../specification/signed-tokens.ts'

test('CVE-2025-30144: fast-jwt took a list of issuers that has the right one in it', async () => {
  for (const iss of [
    [ISSUER],
    ['https://attacker.example', ISSUER],
    [ISSUER, 'https://attacker.example'],
    [[ISSUER]],
  ]) {
    expect(await judge(await tokenOf({ claims: { iss } }))).toBe('issuer_not_allowed')
  }
})

test('CVE-2024-53861: PyJWT took an issuer that is a part of the right one', async () => {
  for (const iss of [
    '',
    'h',
    'https://example.okta.com',
    ISSUER.slice(0, -1),
    ISSUER.slice(1),
    `${ISSUER}x`,
  ]) {
    expect(await judge(await tokenOf({ claims: { iss } }))).toBe('issuer_not_allowed')
  }
})

test('CVE-2020-26160: jwt-go took an empty list for the right audience', async () => {
  for (const aud of [[], '', [''], [AUDIENCE.slice(0, -1)]]) {
    expect(await judge(await tokenOf({ claims: { aud } }))).toBe('audience_mismatch')
  }
  expect(await judge(await tokenOf({ claims: { aud: undefined } }))).toBe('audience_missing')
  for (const aud of [null, {}, { 0: AUDIENCE }, [AUDIENCE, 1], [[AUDIENCE]], true]) {
    expect(await judge(await tokenOf({ claims: { aud } }))).toBe('claim_malformed')
  }
})

test('GHSA-3j8v-cgw4-2g6q: fast-jwt refused every other valid token, where a pattern kept its place', async () => {
  await expect(verifierOf({ audience: /api/g as never })).rejects.toMatchObject({
    name: 'ConfigurationError',
  })
  await expect(verifierOf({ issuer: /okta/y as never })).rejects.toMatchObject({ name: 'ConfigurationError' })
  const verifier = await verifierOf({ tokenCache: false })
  const token = await tokenOf()
  for (let round = 0; round < 4; round++) expect(await outcome(verifier.verify(token))).toBe('accepted')
})

test('CVE-2026-35041: fast-jwt matched audiences by patterns that a token could make run for ever', async () => {
  const aud = `${'a'.repeat(8_000)}!`
  await expect(verifierOf({ audience: /^(a+)+$/ as never })).rejects.toMatchObject({ option: 'audience' })
  expect(await judge(await tokenOf({ claims: { aud } }))).toBe('audience_mismatch')
  expect(await judge(await tokenOf({ claims: { aud: Array(1_000).fill('a') } }))).toBe('audience_mismatch')
})

test('CVE-2024-34273: njwt wrote a claim named __proto__ into prototypes', async () => {
  const key = await signer()
  const header = JSON.stringify({ alg: 'ES256', kid: key.kid })
  const claims = JSON.stringify(CLAIMS)
  for (const poison of [
    '"__proto__":{"polluted":true},',
    '"a":{"__proto__":{"polluted":true}},',
    '"constructor":{"prototype":{"polluted":true}},',
    '"\\u005f_proto__":{"polluted":true},',
  ]) {
    expect(await judge(compact(header, claims.replace('{', `{${poison}`), key))).toBe('token_malformed')
    expect(await judge(compact(header.replace('{', `{${poison}`), claims, key))).toBe('token_malformed')
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('measured on @okta/jwt-verifier: a token without an expiry was good for ever', async () => {
  expect(await judge(await tokenOf({ claims: { exp: undefined } }))).toBe('expiry_missing')
  const key = await signer()
  const forever = compact(
    JSON.stringify({ alg: 'ES256', kid: key.kid }),
    JSON.stringify(CLAIMS).replace(`"exp":${CLAIMS.exp}`, '"exp":1e400'),
    key,
  )
  expect(await judge(forever)).toBe('claim_malformed')
})

test('measured on @okta/jwt-verifier: tokens of the future, of the org server and bound to a key were taken', async () => {
  expect(await judge(await tokenOf({ claims: { iat: NOW + 86_400 } }))).toBe('token_issued_in_future')
  expect(await judge(await tokenOf({ header: { typ: 'application/okta-internal-at+jwt' } }))).toBe(
    'not_an_access_token',
  )
  expect(await judge(await tokenOf({ claims: { cnf: { jkt: base64url('thumbprint') } } }))).toBe(
    'sender_constrained',
  )
  for (const cnf of [{}, null, '', { 'x5t#S256': 'a' }, { jwk: {} }]) {
    expect(await judge(await tokenOf({ claims: { cnf } }))).toBe('sender_constrained')
  }
})

test('measured on @okta/jwt-verifier: a client other than the configured one was let in', async () => {
  const clientIds = ['0oaAnother']
  expect(await judge(await tokenOf(), { clientIds })).toBe('client_not_allowed')
  expect(await judge(await tokenOf({ claims: { client_id: '0oaAnother' } }), { clientIds })).toBe(
    'client_not_allowed',
  )
})

test('measured on peers: a required value was found inside of a longer one', async () => {
  const verifier = await verifierOf()
  const token = await tokenOf({
    claims: { scp: 'a:writeall xa:write', groups: 'administrators', roles: ['admins'] },
  })
  for (const requirements of [
    { scopes: ['a:write'] },
    { anyScope: ['a:write', 'a'] },
    { claims: { groups: 'admin' } },
    { claims: { roles: 'admin' } },
  ]) {
    expect(await outcome(verifier.verify(token, requirements))).toMatch(/^insufficient_/)
  }
})
