import { describe, expect, test } from 'vitest'
import { base64url, CLAIMS, judge, signer, tokenOf } from '../specification/signed-tokens.ts'

const noNetwork = (): Promise<Response> => Promise.reject(new Error('an address of the token was asked'))

describe('CVE-2018-0114 (node-jose) and CVE-2026-34240 (jose for Dart): the key that a token brought was believed', () => {
  test.each(['ES256', 'RS256', 'EdDSA'])('a token with an %s key of its own', async (algorithm) => {
    const stranger = await signer(algorithm, 'stranger')
    const { kid, jwk } = await signer(algorithm)
    for (const header of [
      { jwk: stranger.jwk },
      { jwk: stranger.jwk, kid },
      { jwk: { ...stranger.jwk, kid } },
    ]) {
      const outcome = await judge(await tokenOf({ key: stranger, header }), { fetch: noNetwork }, jwk)
      expect(['key_unknown', 'signature_invalid']).toContain(outcome)
    }
    const nameless = await tokenOf({
      key: stranger,
      header: { jwk: stranger.jwk, kid: undefined, typ: 'at+jwt' },
    })
    expect(await judge(nameless, {}, jwk)).toBe('signature_invalid')
  })
})

test('CVE-2026-35042 (fast-jwt), auth0/node-jsonwebtoken#1032, CVE-2025-59420, CVE-2026-32597: critical extensions that nobody understood were ignored', async () => {
  for (const header of [
    { crit: ['x-policy'], 'x-policy': 'require-mfa' },
    { crit: ['http://example.invalid/UNDEFINED'], 'http://example.invalid/UNDEFINED': true },
    { crit: ['b64'], b64: false },
    { crit: ['cnf'], cnf: { jkt: 'x' } },
    { crit: [] },
    { crit: ['absent'] },
  ]) {
    expect(await judge(await tokenOf({ header }))).toBe('unsupported_header_parameter')
  }
})

test('CVE-2022-39227: python-jwt verified one serialisation and read the claims out of another', async () => {
  const [header, payload, signature] = (await tokenOf()).split('.') as [string, string, string]
  const forged = base64url(JSON.stringify({ ...CLAIMS, scp: ['messages:admin'] }))
  const mixed = `{" ${header}.${forged}.":"","protected":"${header}", "payload":"${payload}","signature":"${signature}"}`
  const flattened = JSON.stringify({ protected: header, payload, signature })
  const general = JSON.stringify({ payload, signatures: [{ protected: header, signature }] })

  for (const token of [mixed, flattened, general]) {
    expect(await judge(token)).toBe('token_malformed')
    expect(await judge(base64url(token))).toBe('token_malformed')
  }
})

test('nearform/get-jwks#320: keys were fetched from whatever issuer the token named', async () => {
  const stranger = await signer('ES256', 'stranger')
  for (const iss of ['https://attacker.example', 'http://169.254.169.254/', 'file:///etc/passwd']) {
    const token = await tokenOf({ key: stranger, claims: { iss } })
    expect(await judge(token, { fetch: noNetwork })).toBe('issuer_not_allowed')
  }
})
