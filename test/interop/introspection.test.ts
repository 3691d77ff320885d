import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type IntrospectionOption,
} from '@okta-resource-server/core'
import { outcomeOf, ShiftedClock } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { express5 } from '../contract/adapters/express.ts'
import { fastifyGlobal } from '../contract/adapters/fastify.ts'
import { askWith } from '../contract/ask.ts'
import { API, dpopKey, type OpaqueProvider, startOpaqueProvider } from './opaque-provider.ts'

const clock = new ShiftedClock()
let server: OpaqueProvider
beforeAll(async () => {
  server = await startOpaqueProvider()
})
afterAll(() => server?.stop())

function verifierWith(introspection: object = {}): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({
    issuer: server.issuer,
    audience: API,
    clock: clock.now,
    introspection: { ...server.api.basic, ...introspection } as IntrospectionOption,
  })
  onTestFinished(() => verifier.close())
  return verifier
}

describe('opaque tokens of oidc-provider', () => {
  test.each(['basic', 'post', 'key'] as const)(
    'are accepted; the API authenticates by %s [INTR-01]',
    async (by) => {
      const method = by === 'post' ? { authenticationMethod: 'client_secret_post' } : {}
      const credentials = by === 'key' ? { ...server.api.key, clientSecret: undefined } : server.api[by]
      const verifier = verifierWith({ ...credentials, ...method })
      const auth = await verifier.verify(await server.accessToken(), { scopes: ['messages:read'] })

      expect(auth).toMatchObject({
        issuer: server.issuer,
        clientId: 'interop',
        scopes: ['messages:read'],
        header: {},
        claims: { aud: API, token_type: 'Bearer' },
      })
    },
  )

  test('are accepted by Express and Fastify, from the cache as well', async () => {
    const verifier = verifierWith()
    const token = await server.accessToken()
    for (const { start } of [express5, fastifyGlobal]) {
      const api = await start({ verifier })
      const before = server.asked.length
      for (let time = 0; time < 3; time++)
        expect((await askWith(token, `${api.url}/messages`)).status).toBe(200)
      expect(server.asked.length - before).toBeLessThanOrEqual(1)
      expect((await askWith(token, `${api.url}/admin`)).status).toBe(403)
      expect((await askWith('unknown', `${api.url}/messages`)).status).toBe(401)
      await api.stop()
    }
  })

  test('are refused once they are revoked and the answer is too old', async () => {
    const verifier = verifierWith()
    const token = await server.accessToken()
    for (let time = 0; time < 3; time++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    await server.revoke(token)
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    clock.advance(30_000)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_inactive')
  })

  test('are not decided about if the secret is wrong', async () => {
    const verifier = verifierWith({ clientSecret: 'wrong' })
    await expect(verifier.verify(await server.accessToken())).rejects.toMatchObject({
      status: 503,
      cause: { code: 'credentials_refused', status: 401 },
    })
  })

  test("a JWT, which oidc-provider refuses to introspect, is not decided about with when: 'only'", async () => {
    const verifier = verifierWith({ when: 'only' })
    const parts = [{ alg: 'ES256' }, { iss: server.issuer, exp: Date.now() / 1_000 + 600 }, 'signature']
    const jwt = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    await expect(verifier.verify(jwt)).rejects.toMatchObject({ status: 503, cause: { status: 400 } })
  })
})

describe('DPoP-bound opaque tokens of oidc-provider', () => {
  test('are recognized as bound by the answer, and refused as bearer tokens', async () => {
    const key = await dpopKey()
    const verifier = verifierWith()
    const token = await server.accessToken(key)

    expect(await outcomeOf(verifier.verify(token))).toBe('sender_constrained')
    const request = { headers: { authorization: `Bearer ${token}` } }
    expect(await outcomeOf(verifier.authenticate(request))).toBe('sender_constrained')
    const { checks } = await verifier.explain(token)
    expect(checks.find(({ check }) => check === 'answer: confirmation')?.outcome).toBe('passed')
    expect(checks.find(({ check }) => check === 'possession')?.outcome).toBe('failed')
  })
})

describe('signed answers of oidc-provider (RFC 9701)', () => {
  const signed = (more: object = {}) => verifierWith({ signedResponse: true, ...more })

  test.each(['opaque', 'only'])("are verified with its keys, with when: '%s' [INTR-07]", async (when) => {
    const verifier = signed({ when })
    const before = server.asked.length
    expect((await verifier.verify(await server.accessToken())).clientId).toBe('interop')
    expect(await outcomeOf(verifier.verify('unknown'))).toBe('token_inactive')
    expect(server.asked.slice(before)).toEqual(Array(2).fill('application/token-introspection+jwt'))
  })

  test('are for the client that asked, and for no other', async () => {
    // The answer is for the client that authenticates, so that another client id is noticed.
    const answers: string[] = []
    const verifier = createAccessTokenVerifier({
      issuer: server.issuer,
      audience: API,
      introspection: { ...server.api.post, authenticationMethod: 'client_secret_post', signedResponse: true },
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (init?.method !== 'POST') return response
        answers.push(await response.text())
        // A recorded answer for another client of the same server.
        return new Response(answers[0], response)
      },
    })
    onTestFinished(() => verifier.close())
    const other = createAccessTokenVerifier({
      issuer: server.issuer,
      audience: API,
      introspection: { ...server.api.basic, signedResponse: true },
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        return init?.method === 'POST' ? new Response(answers[0], response) : response
      },
    })
    onTestFinished(() => other.close())
    const token = await server.accessToken()
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    await expect(other.verify(token)).rejects.toMatchObject({ status: 503, cause: { code: 'wrong_shape' } })
  })
})
