import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@okta-resource-server/core'
import { outcomeOf, ShiftedClock } from '@okta-resource-server/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'

const KEYED = '0oaKeyedClientOfTheApi'
const clock = new ShiftedClock()
let server: AuthorizationServer
let privateKey: object

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  privateKey = { ...(await exportJWK(pair.privateKey)), alg: 'RS256', kid: 'one' }
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'RS256', use: 'sig', kid: 'one' }] }
  const client = { client_id: KEYED, token_endpoint_auth_method: 'private_key_jwt', grant_types: [], jwks }
  server = await startAuthorizationServer({ now: clock.now, clients: [client] })
})
afterAll(() => server.stop())
beforeEach(() => {
  server.requests.reset()
  server.knobs.outage = 'none'
  server.knobs.bucketRateLimit = false
})

function verifierOf(options: Partial<AccessTokenVerifierOptions>): AccessTokenVerifier {
  const { issuer, audience } = server
  const all = { issuer, audience, profile: 'okta', clock: clock.now, ...options }
  const verifier = createAccessTokenVerifier(all as AccessTokenVerifierOptions)
  onTestFinished(() => verifier.close())
  return verifier
}

/** An API that accepts tokens of the org authorization server. */
function orgVerifier(
  credentials: object = server.confidentialClient,
  rest: object = {},
): AccessTokenVerifier {
  const { orgIssuer } = server
  return verifierOf({
    issuer: orgIssuer,
    audience: orgIssuer,
    introspection: { ...credentials, when: 'only' } as never,
    ...rest,
  })
}

const orgToken = (options: object = {}): Promise<string> =>
  server.issueToken({ kind: 'org', introspectable: true, ...options })

describe('the org authorization server of Okta', () => {
  test('its tokens are accepted if it says that they are active; no keys are fetched [OKTA-guide-org]', async () => {
    const verifier = orgVerifier()
    await verifier.ready()
    const auth = await verifier.verify(await orgToken(), { scopes: ['messages:read'], caller: 'user' })
    expect(auth).toMatchObject({
      issuer: server.orgIssuer,
      subject: server.username,
      clientId: server.clientId,
      scopes: ['openid', 'profile', 'messages:read'],
      header: {},
    })
    expect(server.requests.toJSON()).toEqual({
      '/.well-known/openid-configuration': 1,
      '/oauth2/v1/introspect': 1,
    })
  })

  test.each<[string, () => object]>([
    [
      'client_secret_post',
      () => ({ ...server.confidentialClient, authenticationMethod: 'client_secret_post' }),
    ],
    ['private_key_jwt', () => ({ clientId: KEYED, privateKey })],
  ])('the API can authenticate with %s [INTR-01]', async (_method, credentials) => {
    expect(await outcomeOf(orgVerifier(credentials()).verify(await orgToken()))).toBe('accepted')
  })

  test.each<[string, () => Promise<string>, string]>([
    ['an ID token', () => server.issueToken({ kind: 'org-id', introspectable: true }), 'id_token'],
    [
      'a token of a custom authorization server',
      () => server.issueToken({ introspectable: true }),
      'issuer_not_allowed',
    ],
    ['an expired token', () => orgToken({ expiresIn: -60 }), 'token_expired'],
    ['a refresh token', async () => 'AbC-0123456789_refresh-token-of-the-org', 'token_malformed'],
  ])('%s is refused without a call', async (_kind, token, code) => {
    expect(await outcomeOf(orgVerifier().verify(await token()))).toBe(code)
    expect(server.requests.count('/introspect')).toBe(0)
  })

  test('a token that it does not know, or that is revoked, is refused', async () => {
    const verifier = orgVerifier()
    expect(await outcomeOf(verifier.verify(await server.issueToken({ kind: 'org' })))).toBe('token_inactive')
    expect(await outcomeOf(verifier.verify(await orgToken({ key: 'stranger', introspectable: false })))).toBe(
      'token_inactive',
    )
    const token = await orgToken()
    for (let time = 0; time < 3; time++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    server.revokeToken(token)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    clock.advance(30_000)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_inactive')
  })

  test('cnf of the token counts, though the answer lacks it', async () => {
    const token = await orgToken({ claims: { cnf: { jkt: 'A'.repeat(43) } } })
    expect(await outcomeOf(orgVerifier().verify(token))).toBe('sender_constrained')
  })

  test('its tokens are accepted beside those of a custom authorization server, which is not asked', async () => {
    const { orgIssuer, issuer, audience, confidentialClient } = server
    const introspection = { ...confidentialClient, when: 'only' } as const
    const verifier = verifierOf({
      issuer: [
        { issuer: orgIssuer, audience: orgIssuer, introspection },
        { issuer, audience },
      ],
    })
    expect(await outcomeOf(verifier.verify(await orgToken()))).toBe('accepted')
    expect(await outcomeOf(verifier.verify(await server.issueToken()))).toBe('accepted')
    expect(server.requests.count('/introspect')).toBe(1)
  })

  test('wrong credentials, an outage and the rate limit are 503, each in its own way', async () => {
    const wrong = orgVerifier({ ...server.confidentialClient, clientSecret: 'wrong' })
    await expect(wrong.verify(await orgToken())).rejects.toMatchObject({
      code: 'introspection_unavailable',
      cause: { code: 'credentials_refused', status: 401 },
    })
    server.knobs.outage = '503'
    await expect(orgVerifier().verify(await orgToken())).rejects.toMatchObject({
      code: 'introspection_unavailable',
      cause: { status: 503 },
    })
    server.knobs.outage = 'none'
    server.knobs.bucketRateLimit = 1
    const limited = orgVerifier()
    await limited.verify(await orgToken())
    const refusal = await limited.verify(await orgToken({ audience: 'x' })).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ status: 503, cause: { status: 429 } })
    // Okta says when the limit ends, in another header.
    expect((refusal as { retryAfter: number }).retryAfter).toBeLessThanOrEqual(300)
  })
})

describe("a custom authorization server with when: 'always'", () => {
  const always = () => verifierOf({ introspection: { ...server.confidentialClient, when: 'always' } })

  test('a token is verified with keys, and refused once it is revoked [OKTA-guide-introspection]', async () => {
    const verifier = always()
    const token = await server.issueToken({ introspectable: true, claims: { groups: ['staff'] } })
    const auth = await verifier.verify(token)
    // Okta's answer has the scopes as text; other claims come from the token.
    expect(auth.scopes).toEqual(['openid', 'profile', 'messages:read'])
    expect(auth.claims.groups).toEqual(['staff'])
    server.revokeToken(token)
    clock.advance(30_000)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_inactive')
  })

  test('a forged token, an ID token and an opaque token are refused without a call', async () => {
    const verifier = always()
    const forged = await server.issueToken({ key: 'stranger', introspectable: true })
    const id = await server.issueToken({ kind: 'id', introspectable: true })
    expect(await outcomeOf(verifier.verify(forged))).toBe('key_unknown')
    expect(await outcomeOf(verifier.verify(id))).toBe('id_token')
    expect(await outcomeOf(verifier.verify('opaque-refresh-token'))).toBe('token_malformed')
    expect(server.requests.count('/introspect')).toBe(0)
  })
})
