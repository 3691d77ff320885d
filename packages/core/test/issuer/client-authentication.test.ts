import { generateKeyPairSync } from 'node:crypto'
import { NOW, signingKey } from '@okta-resource-server/testing'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { AS, askingVerifier, ENDPOINT, TOKEN } from '../support/introspection.ts'

const privateJwk = (algorithm: string): Record<string, unknown> => {
  const { privateKey, kid } = signingKey(algorithm)
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: algorithm }
}

describe('the API authenticates [INTR-01]', () => {
  it('with client_secret_basic unless something else is set, with id and secret encoded as a form', async () => {
    const { outcome, calls } = askingVerifier({ clientId: 'a p:i', clientSecret: 'ä %+/:' })
    expect(await outcome(TOKEN)).toBe('accepted')
    const basic = Buffer.from('a+p%3Ai:%C3%A4+%25%2B%2F%3A').toString('base64')
    expect(calls[0]?.headers.get('authorization')).toBe(`Basic ${basic}`)
    expect([...(calls[0]?.form.keys() ?? [])]).toEqual(['token', 'token_type_hint'])
    expect(calls[0]?.url).toBe(ENDPOINT)
  })

  it('with client_secret_post in the body', async () => {
    const { outcome, calls } = askingVerifier({
      clientSecret: 'the-secret',
      authenticationMethod: 'client_secret_post',
    })
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(Object.fromEntries(calls[0]?.form ?? [])).toEqual({
      token: TOKEN,
      token_type_hint: 'access_token',
      client_id: 'api',
      client_secret: 'the-secret',
    })
    expect(calls[0]?.headers.has('authorization')).toBe(false)
  })

  it('with its client id alone if the certificate of the connection authenticates it', async () => {
    const { outcome, calls } = askingVerifier({ authenticationMethod: 'tls_client_auth' })
    expect(await outcome(TOKEN)).toBe('accepted')
    expect([...(calls[0]?.form.keys() ?? [])]).toEqual(['token', 'token_type_hint', 'client_id'])
    expect(calls[0]?.headers.has('authorization')).toBe(false)
  })

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
    'with private_key_jwt and a key for %s',
    async (alg) => {
      const { outcome, calls } = askingVerifier({ privateKey: privateJwk(alg) })
      expect(await outcome(TOKEN)).toBe('accepted')
      const form = calls[0]?.form as URLSearchParams
      const assertion = form.get('client_assertion') ?? ''
      const { payload, protectedHeader } = await jwtVerify(assertion, signingKey(alg).publicKey, {
        currentDate: new Date(NOW * 1_000),
      })
      expect(protectedHeader).toEqual({ alg, kid: signingKey(alg).kid })
      expect(payload).toEqual({
        iss: 'api',
        sub: 'api',
        aud: AS,
        iat: NOW,
        exp: NOW + 60,
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
      expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      expect(form.get('client_id')).toBe('api')
      expect(calls[0]?.headers.has('authorization')).toBe(false)
    },
  )

  it('with a new assertion for each call', async () => {
    const { outcome, calls } = askingVerifier({ privateKey: privateJwk('ES256') })
    await outcome('a-1')
    await outcome('a-2')
    const ids = calls.map(({ form }) => decodeJwt(form.get('client_assertion') ?? '').jti)
    expect(new Set(ids).size).toBe(2)
  })

  it.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2_048 }), 'RS256'],
    ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'ES512'],
    ['Ed25519', () => generateKeyPairSync('ed25519'), 'EdDSA'],
  ])('with the usual algorithm of a key that names none: %s', async (_type, generate, alg) => {
    const { privateKey } = generate()
    const { outcome, calls } = askingVerifier({ privateKey: privateKey.export({ format: 'jwk' }) })
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(decodeProtectedHeader(calls[0]?.form.get('client_assertion') ?? '')).toEqual({ alg })
  })

  it.each(['Ed25519', 'EdDSA'])('with the name that the key has for its algorithm: %s', async (alg) => {
    const { outcome, calls } = askingVerifier({ privateKey: { ...privateJwk('EdDSA'), alg, kid: 5 } })
    expect(await outcome(TOKEN)).toBe('accepted')
    // A kid that is no text is left out.
    expect(decodeProtectedHeader(calls[0]?.form.get('client_assertion') ?? '')).toEqual({ alg })
  })

  it('to Okta with the endpoint as the audience of the assertion', async () => {
    const issuer = 'https://example.okta.com'
    const endpoint = `${issuer}/oauth2/v1/introspect`
    const { outcome, calls } = askingVerifier(
      { privateKey: privateJwk('RS256'), endpoint, when: 'only' },
      { issuer },
    )
    const token = ['{"alg":"RS256"}', JSON.stringify({ iss: issuer, exp: NOW + 60 }), 's']
    await outcome(token.map((part) => Buffer.from(part).toString('base64url')).join('.'))
    expect(decodeJwt(calls[0]?.form.get('client_assertion') ?? '').aud).toBe(endpoint)
  })
})
