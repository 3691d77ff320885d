import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS, type Api } from '../contract/apis.ts'
import { ask, askWith } from '../contract/ask.ts'
import { casesOfTheTokenAlone, okta } from './contract-cases.ts'
import { issuerOfContract, startMockServer } from './mock-server.ts'
import { startOidcProvider } from './oidc-provider.ts'
import { ALGORITHMS, type Algorithm, type ForeignServer } from './server.ts'

const ADAPTERS = ['Express 5', 'Fastify, global'] as const
const STARTS: Readonly<Record<string, (algorithm: Algorithm) => Promise<ForeignServer>>> = {
  'oidc-provider': startOidcProvider,
  'oauth2-mock-server': startMockServer,
}
const CASES = await casesOfTheTokenAlone()

describe.each(Object.keys(STARTS))('tokens of %s', (name) => {
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
      server = await (STARTS[name] as (algorithm: Algorithm) => Promise<ForeignServer>)(algorithm)
      verifier = verifierFor()
      apis = await Promise.all(ADAPTERS.map((adapter) => (APIS[adapter] as (typeof APIS)[string])(verifier)))
      valid = await server.accessToken({ algorithm, scope: 'messages:read' })
    })
    afterAll(async () => {
      verifier?.close()
      await Promise.all((apis ?? []).map((api) => api.stop()))
      await server?.stop()
    })

    const statuses = (token: string, path: string): Promise<number[]> =>
      Promise.all(apis.map(async ({ url }) => (await askWith(token, url + path)).status))

    test('are accepted by the core, with what they say', async () => {
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

    test('are let in by both frameworks where the scope is there, and 403 where it is not', async () => {
      expect(await statuses(valid, '/messages')).toEqual([200, 200])
      expect(await statuses(valid, '/both')).toEqual([403, 403])
      const both = await server.accessToken({ algorithm, scope: 'messages:read messages:write' })
      expect(await statuses(both, '/both')).toEqual([200, 200])
    })

    test('are refused when issued for another API of the same server', async () => {
      const audience = server.audience(algorithm).replace(/[^/]+$/, 'other')
      const foreign = await server.accessToken({ algorithm, scope: 'messages:read', audience })
      await expect(verifier.verify(foreign)).rejects.toMatchObject({ code: 'audience_mismatch' })
      expect(await statuses(foreign, '/any')).toEqual([401, 401])
    })

    test('are refused where only another algorithm is allowed', async () => {
      const [other] = ALGORITHMS.filter((candidate) => candidate !== algorithm)
      const narrow = verifierFor({ algorithms: [other] })
      await expect(narrow.verify(valid)).rejects.toMatchObject({ code: 'algorithm_not_allowed' })
      narrow.close()
    })

    test('are refused when they are of another profile than the one that is accepted', async () => {
      const others = verifierFor({
        profile: server.profile === 'generic' ? ['okta', 'rfc9068'] : ['okta', 'generic'],
      })
      await expect(others.verify(valid)).rejects.toMatchObject({ code: 'not_an_access_token' })
      others.close()
    })

    test('are refused once they have expired', async () => {
      const later = verifierFor({ clock: () => Date.now() + 3_606_000 })
      await expect(later.verify(valid)).rejects.toMatchObject({ code: 'token_expired' })
      later.close()
    })

    test.each(CASES)(
      '$name: $status, as the contract says',
      async ({ path = '/any', lines, status, challenge }) => {
        for (const { url } of apis) {
          const answer = await ask(url + path, await lines(valid, {} as never))
          expect({ status: answer.status, challenge: answer.headers['www-authenticate'] }).toEqual({
            status,
            challenge,
          })
        }
      },
    )
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

test('a key that oauth2-mock-server begins to sign with is found while the API runs', async () => {
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

describe('the whole contract on oauth2-mock-server', () => {
  let foreign: Awaited<ReturnType<typeof startMockServer>>
  let issuer: Awaited<ReturnType<typeof issuerOfContract>>
  let verifier: AccessTokenVerifier
  let apis: readonly Api[]
  let valid: string

  beforeAll(async () => {
    foreign = await startMockServer('RS256')
    issuer = await issuerOfContract(foreign.server)
    verifier = createAccessTokenVerifier({
      issuer: foreign.issuer,
      audience: foreign.audience('RS256'),
      profile: 'generic',
    })
    apis = await Promise.all(ADAPTERS.map((adapter) => (APIS[adapter] as (typeof APIS)[string])(verifier)))
    valid = await issuer.server.issueToken()
  })
  afterAll(async () => {
    verifier?.close()
    await Promise.all((apis ?? []).map((api) => api.stop()))
    await issuer?.stop()
    await foreign?.stop()
  })

  test.each(okta.without)('$name: $status', async ({ path = '/any', lines, status, challenge }) => {
    for (const { url } of apis) {
      const answer = await ask(url + path, await lines(valid, issuer.server))
      expect({ status: answer.status, challenge: answer.headers['www-authenticate'] }).toEqual({
        status,
        challenge,
      })
    }
  })

  test.each(okta.only)(
    '$name, which is told otherwise by Okta only: refused with 401 all the same',
    async ({ lines }) => {
      for (const { url } of apis) {
        expect((await ask(`${url}/any`, await lines(valid, issuer.server))).status).toBe(401)
      }
    },
  )
})
