import { X509Certificate } from 'node:crypto'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type IntrospectionOption,
  type MtlsMode,
} from '@okta-resource-server/core'
import { outcomeOf, ShiftedClock } from '@okta-resource-server/testing'
import * as dpop from 'dpop'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { express5 } from '../contract/adapters/express.ts'
import { fastifyGlobal } from '../contract/adapters/fastify.ts'
import { askWith } from '../contract/ask.ts'
import { type Certificate, selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { get } from '../mtls/requests.ts'
import { SERVERS, type SecureApi } from '../mtls/servers.ts'
import { API, type OpaqueProvider, startOpaqueProvider } from './opaque-provider.ts'

const clock = new ShiftedClock()
let server: OpaqueProvider
beforeAll(async () => {
  server = await startOpaqueProvider()
})
afterAll(() => server?.stop())

function verifierWith(
  introspection: object = {},
  options: Partial<AccessTokenVerifierOptions> = {},
): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({
    issuer: server.issuer,
    audience: API,
    clock: clock.now,
    introspection: { ...server.api.basic, ...introspection } as IntrospectionOption,
    ...options,
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
  test('are recognized as bound by the answer, and refused as bearer tokens [INTR-05]', async () => {
    const verifier = verifierWith()
    const token = await server.accessToken(await dpop.generateKeyPair('ES256'))

    expect(await outcomeOf(verifier.verify(token))).toBe('sender_constrained')
    const request = { headers: { authorization: `Bearer ${token}` } }
    expect(await outcomeOf(verifier.authenticate(request))).toBe('sender_constrained')
    const { checks } = await verifier.explain(token)
    expect(checks.find(({ check }) => check === 'answer: confirmation')?.outcome).toBe('passed')
    expect(checks.find(({ check }) => check === 'possession')?.outcome).toBe('failed')
  })

  test('are accepted by Express and Fastify with a proof, and refused without, from the cache as well [INTR-05]', async () => {
    const verifier = verifierWith({}, { dpop: 'allowed', clock: Date.now })
    const [key, other] = [await dpop.generateKeyPair('ES256'), await dpop.generateKeyPair('ES256')]
    const token = await server.accessToken(key)
    for (const { start } of [express5, fastifyGlobal]) {
      const api = await start({ verifier })
      const url = `${api.url}/messages`
      const send = async (scheme: string, proof?: string) => {
        const headers = { authorization: `${scheme} ${token}`, ...(proof && { dpop: proof }) }
        const response = await fetch(url, { headers })
        return [response.status, response.headers.get('www-authenticate')]
      }
      const proofOf = (keys: dpop.KeyPair, of = token) => dpop.generateProof(keys, url, 'GET', undefined, of)
      for (let time = 0; time < 3; time++) {
        expect(await send('DPoP', await proofOf(key))).toEqual([200, null])
        expect(await send('DPoP')).toEqual([401, expect.stringContaining('error="invalid_dpop_proof"')])
        for (const answer of [
          await send('Bearer'),
          await send('Bearer', await proofOf(key)),
          await send('DPoP', await proofOf(other)),
        ]) {
          expect(answer).toEqual([401, expect.stringContaining('error="invalid_token"')])
        }
        const ofOther = await send('DPoP', await proofOf(key, 'another token'))
        expect(ofOther).toEqual([401, expect.stringContaining('error="invalid_dpop_proof"')])
      }
      await api.stop()
    }
  })
})

interface TlsClient extends Certificate {
  readonly der: Uint8Array
}

function tlsClient(): TlsClient {
  const certificate = selfSignedCertificate()
  return { ...certificate, der: new X509Certificate(certificate.cert).raw }
}

describe('certificate-bound opaque tokens of oidc-provider', () => {
  const [ours, theirs] = [tlsClient(), tlsClient()]

  async function start(name: string, mtls: MtlsMode): Promise<SecureApi> {
    const verifier = verifierWith({}, { mtls, clock: Date.now })
    const api = await (SERVERS[name] as (typeof SERVERS)[string])(verifier)
    onTestFinished(() => api.stop())
    return api
  }

  test.each(['Express', 'Fastify'])(
    'are accepted by %s over a connection with their certificate only, from the cache as well [MTLS-03]',
    async (name) => {
      const api = await start(name, 'allowed')
      const token = await server.accessToken(undefined, ours.der)
      for (let time = 0; time < 3; time++) {
        expect((await get(api, token, { client: ours })).status).toBe(200)
        for (const client of [theirs, undefined]) {
          const { status, challenge } = await get(api, token, { client })
          expect([status, challenge]).toEqual([401, expect.stringContaining('error="invalid_token"')])
        }
      }
      const off = await start(name, 'disabled')
      expect((await get(off, token, { client: ours })).status).toBe(401)
    },
  )
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
