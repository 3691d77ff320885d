import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { startAuthorizationServer } from '../src/index.ts'
import { basic, Harness } from './harness.ts'

const harness = new Harness({ knobs: { otpRateLimit: false } })
const native = () => ({ client_id: harness.server.clientId })
const introspect = (token: string, issuer?: string) =>
  harness.post('introspect', { ...native(), token }, {}, issuer)

describe('discovery', () => {
  it.each([
    '/oauth2/default/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/oauth2/default',
  ])('serves the OAuth metadata at %s', async (path) => {
    const { status, headers, body } = await harness.get(path)
    const { issuer, url } = harness.server
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/v1/token`,
      jwks_uri: `${issuer}/v1/keys`,
      introspection_endpoint: `${issuer}/v1/introspect`,
      revocation_endpoint: `${issuer}/v1/revoke`,
      registration_endpoint: `${url}/oauth2/v1/clients`,
      subject_types_supported: ['public'],
      code_challenge_methods_supported: ['S256'],
      claims_supported: ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'],
    })
  })

  it.each([
    '/oauth2/default/.well-known/openid-configuration',
    '/.well-known/openid-configuration/oauth2/default',
  ])('serves the OpenID Connect metadata at %s', async (path) => {
    const { body } = await harness.get(path)
    expect(body).toMatchObject({
      issuer: harness.server.issuer,
      userinfo_endpoint: `${harness.server.issuer}/v1/userinfo`,
      id_token_signing_alg_values_supported: ['RS256'],
    })
  })

  it.each([
    '/oauth2/ausunknown/.well-known/oauth-authorization-server',
    '/oauth2/ausunknown/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oauth2/ausunknown',
    '/oauth2/ausunknown/v1/keys',
  ])('responds with 404 and an API error object at %s', async (path) => {
    const { status, body } = await harness.get(path)
    expect(status).toBe(404)
    expect(body).toEqual({
      errorCode: 'E0000007',
      errorSummary: expect.any(String),
      errorLink: 'E0000007',
      errorId: expect.any(String),
      errorCauses: [],
    })
  })

  it('has a separate issuer for the second authorization server of the org', async () => {
    const { pathname } = new URL(harness.server.otherIssuer)
    const { body } = await harness.get(`${pathname}/.well-known/oauth-authorization-server`)
    expect(body.issuer).toBe(harness.server.otherIssuer)
  })
})

describe('the issuer', () => {
  it('follows the Host header in metadata and tokens if the issuer mode is DYNAMIC', async () => {
    const server = await startAuthorizationServer({ issuerMode: 'DYNAMIC', knobs: { factors: 1 } })
    const { clientId, username, password } = server
    const form = { client_id: clientId, grant_type: 'password', scope: 'openid', username, password }
    const issuers = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${server.port}/oauth2/default`)
    for (const issuer of issuers) {
      const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
      expect(await metadata.json()).toMatchObject({ issuer, jwks_uri: `${issuer}/v1/keys` })
      const { body } = await harness.post('token', form, {}, issuer)
      expect(decodeJwt(body.access_token).iss).toBe(issuer)
      expect(decodeJwt(body.id_token).iss).toBe(issuer)
    }
    await server.stop()
  })

  it('starts with issuerUrl if it is set', async () => {
    const server = await startAuthorizationServer({ issuerUrl: 'https://login.example.com' })
    const response = await fetch(`${server.url}/oauth2/default/.well-known/openid-configuration`)
    await server.stop()
    expect(server.issuer).toBe('https://login.example.com/oauth2/default')
    expect((await response.json()) as object).toMatchObject({ issuer: server.issuer })
  })
})

describe('introspection', () => {
  it('returns the claims of a token, with the scope as a string', async () => {
    const token = (await harness.signIn('openid messages:read')).body.access_token
    const { status, body } = await introspect(token)
    const { scp, cid, ...claims } = decodeJwt(token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...claims,
      active: true,
      token_type: 'Bearer',
      scope: 'openid messages:read',
      client_id: cid,
      username: harness.server.username,
    })
    expect(body).not.toHaveProperty('scp')
  })

  it('is allowed for another client, such as a resource server', async () => {
    const token = (await harness.signIn()).body.access_token
    const { clientId, clientSecret } = harness.server.confidentialClient
    const { body } = await harness.post(
      'introspect',
      { token },
      { authorization: basic(clientId, clientSecret) },
    )
    expect(body.active).toBe(true)
  })

  it('returns the claims of a service token and of a refresh token', async () => {
    const service = await introspect((await harness.serviceToken()).body.access_token)
    const { clientId } = harness.server.serviceClient
    expect(service.body).toMatchObject({ active: true, sub: clientId, client_id: clientId })
    const { body } = await harness.signIn('openid offline_access')
    expect((await introspect(body.refresh_token)).body).toMatchObject({
      active: true,
      scope: 'openid offline_access',
    })
  })

  it('returns only active: false for an unknown, forged, foreign or expired token', async () => {
    const token: string = (await harness.signIn()).body.access_token
    const inactive = { status: 200, body: { active: false } }
    expect(await introspect('unknown')).toMatchObject(inactive)
    expect(await introspect(`${token.slice(0, -4)}AAAA`)).toMatchObject(inactive)
    expect(await introspect(token, harness.server.otherIssuer)).toMatchObject(inactive)
    harness.advance(3600)
    const expired = await introspect(token)
    expect(expired).toMatchObject(inactive)
    expect(expired.body).toEqual({ active: false })
  })

  it('fails for an unknown client and for a missing token', async () => {
    const unknown = await harness.post('introspect', { client_id: 'unknown', token: 'a' })
    expect(unknown).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    const missing = await harness.post('introspect', native())
    expect(missing).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  it('accepts the client_id of a public client in the query', async () => {
    const token = (await harness.signIn()).body.access_token
    const { body } = await harness.post(`introspect?client_id=${harness.server.clientId}`, { token })
    expect(body.active).toBe(true)
  })
})

describe('revocation', () => {
  it('of an access token does not revoke its refresh token', async () => {
    const { body } = await harness.signIn('openid offline_access')
    const { status, body: answer } = await harness.post('revoke', { ...native(), token: body.access_token })
    expect({ status, answer }).toEqual({ status: 200, answer: '' })
    expect((await introspect(body.access_token)).body).toEqual({ active: false })
    expect((await introspect(body.refresh_token)).body.active).toBe(true)
  })

  it('of a refresh token also revokes its access tokens', async () => {
    const { body } = await harness.signIn('openid offline_access')
    await harness.post('revoke', { ...native(), token: body.refresh_token })
    expect((await introspect(body.refresh_token)).body).toEqual({ active: false })
    expect((await introspect(body.access_token)).body).toEqual({ active: false })
  })

  it('responds with 200 to an unknown token and to a token of another client, which stays active', async () => {
    expect((await harness.post('revoke', { ...native(), token: 'unknown' })).status).toBe(200)
    const token = (await harness.serviceToken()).body.access_token
    expect((await harness.post('revoke', { ...native(), token })).status).toBe(200)
    expect((await introspect(token)).body.active).toBe(true)
  })
})
