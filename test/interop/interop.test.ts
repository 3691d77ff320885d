import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../contract/adapter.ts'
import { express5 } from '../contract/adapters/express.ts'
import { fastifyGlobal } from '../contract/adapters/fastify.ts'
import { askWith } from '../contract/ask.ts'
import type { IssuedTokens } from '../contract/case.ts'
import { ISSUED } from '../contract/cases.ts'
import { expectDecision } from '../contract/decision.ts'
import { IMPLIED_SCOPES } from '../contract/settings.ts'
import { issuerOfContract, startMockServer } from './mock-server.ts'
import { startOidcProvider } from './oidc-provider.ts'
import { ALGORITHMS, type Algorithm, type ForeignServer } from './server.ts'

const STARTS: Readonly<Record<string, (algorithm: Algorithm) => Promise<ForeignServer>>> = {
  'oidc-provider': startOidcProvider,
  'oauth2-mock-server': startMockServer,
}

/** Routes that require a kind of caller, or the time of sign-in, which the tokens of these servers do not name. */
const UNKNOWN: readonly unknown[] = ['/users', '/services', '/recent']
const isKnown = ({ route, outcome }: (typeof ISSUED)[number]): boolean =>
  !UNKNOWN.includes(route) && outcome !== 'user_required'
const named = ISSUED.filter(isKnown).map((each) => [each.name, each] as const)
/** The outcome does not depend on the form of Okta's tokens. */
const FOR_ANY_SERVER = named.filter(([, { oktaOnly }]) => oktaOnly !== true)
const FOR_OKTA_ONLY = named.filter(([, { oktaOnly }]) => oktaOnly === true)
/** The request is made from any valid token. */
const FOR_ANY_TOKEN = FOR_ANY_SERVER.filter(([, { issued }]) => issued === undefined)

describe.each(Object.entries(STARTS))('tokens of %s', (_server, startServer) => {
  describe.each(ALGORITHMS)('signed with %s', (algorithm) => {
    let server: ForeignServer
    let verifier: AccessTokenVerifier
    let apis: readonly Api[]
    let valid: string

    const verifierFor = (options: object = {}): AccessTokenVerifier =>
      createAccessTokenVerifier({
        issuer: server.issuer,
        audience: server.audience(algorithm),
        profile: server.profile,
        ...options,
      })

    beforeAll(async () => {
      server = await startServer(algorithm)
      verifier = verifierFor()
      apis = await Promise.all([express5, fastifyGlobal].map(({ start }) => start({ verifier })))
      valid = await server.accessToken({ algorithm, scope: 'messages:read' })
    })
    afterAll(async () => {
      verifier?.close()
      await Promise.all((apis ?? []).map((api) => api.stop()))
      await server?.stop()
    })

    const statuses = (token: string, path: string): Promise<number[]> =>
      Promise.all(apis.map(async ({ url }) => (await askWith(token, url + path)).status))

    test('are accepted by core, with their claims', async () => {
      const { header, scopes, issuer, clientId, claims } = await verifier.verify(valid)

      expect(decodeProtectedHeader(valid).alg).toBe(algorithm)
      expect(header.alg).toBe(algorithm)
      expect({ scopes, issuer, clientId, aud: claims.aud }).toEqual({
        scopes: ['messages:read'],
        issuer: server.issuer,
        clientId: 'interop',
        aud: server.audience(algorithm),
      })
    })

    test('are accepted by Express and Fastify with the required scope, and answered with 403 without it', async () => {
      expect(await statuses(valid, '/messages')).toEqual([200, 200])
      expect(await statuses(valid, '/both')).toEqual([403, 403])
      const both = await server.accessToken({ algorithm, scope: 'messages:read messages:write' })
      expect(await statuses(both, '/both')).toEqual([200, 200])
    })

    test('are rejected when they were issued for another API of the server', async () => {
      const audience = server.audience(algorithm).replace(/[^/]+$/, 'other')
      const foreign = await server.accessToken({ algorithm, scope: 'messages:read', audience })
      await expect(verifier.verify(foreign)).rejects.toMatchObject({ code: 'audience_mismatch' })
      expect(await statuses(foreign, '/any')).toEqual([401, 401])
    })

    test('are rejected when only another algorithm is allowed', async () => {
      const [other] = ALGORITHMS.filter((candidate) => candidate !== algorithm)
      const narrow = verifierFor({ algorithms: [other] })
      await expect(narrow.verify(valid)).rejects.toMatchObject({ code: 'algorithm_not_allowed' })
      narrow.close()
    })

    test('are rejected when only other profiles are accepted', async () => {
      const others = verifierFor({
        profile: server.profile === 'generic' ? ['okta', 'rfc9068'] : ['okta', 'generic'],
      })
      await expect(others.verify(valid)).rejects.toMatchObject({ code: 'not_an_access_token' })
      others.close()
    })

    test('are rejected after they have expired', async () => {
      const later = verifierFor({ clock: () => Date.now() + 3_606_000 })
      await expect(later.verify(valid)).rejects.toMatchObject({ code: 'token_expired' })
      later.close()
    })

    test.each(FOR_ANY_TOKEN)('contract: %s', async (_name, each) => {
      const issueToken = () => Promise.reject(new Error('this case needs no other token'))
      await expectDecision(verifier, each, { valid, issueToken })
    })
  })
})

test('one Ed25519 key of oidc-provider verifies tokens under both of its names (RFC 8037, RFC 9864)', async () => {
  const server = await startOidcProvider()
  const verifier = createAccessTokenVerifier({
    issuer: server.issuer,
    audience: [server.audience('EdDSA'), 'https://api.example.com/Ed25519/messages'],
    profile: 'rfc9068',
  })
  const scope = 'messages:read'
  const audience = 'https://api.example.com/Ed25519/messages'
  const [older, newer] = await Promise.all([
    server.accessToken({ algorithm: 'EdDSA', scope }),
    server.accessToken({ algorithm: 'EdDSA', scope, audience }),
  ])
  const headers = [(await verifier.verify(older)).header, (await verifier.verify(newer)).header]

  expect(headers.map(({ alg, kid }) => [alg, kid])).toEqual([
    ['EdDSA', 'EdDSA-key'],
    ['Ed25519', 'EdDSA-key'],
  ])
  verifier.close()
  await server.stop()
})

test('a key that oauth2-mock-server adds is found while the API runs', async () => {
  const { server, ...foreign } = await startMockServer('RS256')
  const { issuer, profile } = foreign
  const verifier = createAccessTokenVerifier({ issuer, profile, audience: foreign.audience('RS256') })
  await verifier.verify(await foreign.accessToken({ algorithm: 'RS256', scope: 'messages:read' }))
  await server.issuer.keys.generate('ES256')
  const tokens = [
    await foreign.accessToken({ algorithm: 'ES256', scope: 'messages:read' }),
    await foreign.accessToken({ algorithm: 'RS256', scope: 'messages:read' }),
  ]
  const verified = await Promise.all(tokens.map((token) => verifier.verify(token)))

  expect(verified.map(({ header }) => header.alg).sort()).toEqual(['ES256', 'RS256'])
  verifier.close()
  await foreign.stop()
})

describe('the contract with tokens of oauth2-mock-server', () => {
  let foreign: Awaited<ReturnType<typeof startMockServer>>
  let issuer: Awaited<ReturnType<typeof issuerOfContract>>
  let verifier: AccessTokenVerifier
  let source: IssuedTokens

  beforeAll(async () => {
    foreign = await startMockServer('RS256')
    issuer = await issuerOfContract(foreign.server)
    verifier = createAccessTokenVerifier({
      issuer: foreign.issuer,
      audience: foreign.audience('RS256'),
      profile: 'generic',
      impliedScopes: IMPLIED_SCOPES,
    })
    source = { valid: await issuer.issueToken(), issueToken: issuer.issueToken }
  })
  afterAll(async () => {
    verifier?.close()
    await issuer?.stop()
    await foreign?.stop()
  })

  test.each(FOR_ANY_SERVER)('%s', async (_name, each) => {
    await expectDecision(verifier, each, source)
  })

  test.each(FOR_OKTA_ONLY)('%s, for a reason other than with Okta', async (_name, { token }) => {
    const decision = verifier.verify(await (token as NonNullable<typeof token>)(source))

    await expect(decision).rejects.toMatchObject({ status: 401, error: 'invalid_token' })
  })
})
