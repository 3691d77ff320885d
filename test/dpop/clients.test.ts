import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import * as dpop from 'dpop'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../contract/adapter.ts'
import { APIS } from '../contract/apis.ts'

const insecure = { [oauth.allowInsecureRequests]: true }

let server: AuthorizationServer
let metadata: oauth.AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer({ knobs: { factors: 1 } })
  const issuer = new URL(server.issuer)
  const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' })
  metadata = await oauth.processDiscoveryResponse(issuer, response)
})
afterAll(() => server.stop())

/** A client of `oauth4webapi` with its key. It repeats a request once if it is asked for a nonce. */
async function newClient(algorithm: string) {
  const keys = await oauth.generateKeyPair(algorithm)
  const { clientId, clientSecret } = server.serviceClient
  const client: oauth.Client = { client_id: clientId }
  const DPoP = oauth.DPoP(client, keys)
  const nonceErrors: string[] = []
  const withNonce = async <Result>(of: string, call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call()
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error
      nonceErrors.push(of)
      return call()
    }
  }
  const fetchToken = () =>
    withNonce('token', async () => {
      const response = await oauth.clientCredentialsGrantRequest(
        metadata,
        client,
        oauth.ClientSecretBasic(clientSecret),
        { scope: 'messages:read' },
        { DPoP, ...insecure },
      )
      return oauth.processClientCredentialsResponse(metadata, client, response)
    })
  const call = (token: string, url: string, method = 'GET') =>
    withNonce('api', () =>
      oauth.protectedResourceRequest(token, method, new URL(url), undefined, undefined, {
        DPoP,
        ...insecure,
      }),
    )
  return { keys, DPoP, fetchToken, call, nonceErrors }
}

describe('the authorization server', () => {
  test.each(['RS256', 'ES256'])(
    'binds a token to the key of a proof that is signed with %s',
    async (algorithm) => {
      const { fetchToken, DPoP, nonceErrors } = await newClient(algorithm)
      const { token_type, access_token } = await fetchToken()

      expect(token_type).toBe('dpop')
      expect(decodeJwt(access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() })
      expect(nonceErrors).toEqual(['token'])
    },
  )

  test('binds tokens of users as well, and the refresh token of a public client', async () => {
    server.knobs.dpopNonce = false
    const { keys } = await newClient('ES256')
    const send = async (form: Record<string, string>, withProof = true) => {
      const url = `${server.issuer}/v1/token`
      const response = await fetch(url, {
        method: 'POST',
        headers: withProof ? { dpop: await dpop.generateProof(keys, url, 'POST') } : {},
        body: new URLSearchParams({ client_id: server.clientId, ...form }),
      })
      return (await response.json()) as Record<string, string>
    }
    const { username, password } = server
    const granted = await send({ grant_type: 'password', username, password, scope: 'openid offline_access' })
    const refreshed = { grant_type: 'refresh_token', refresh_token: granted.refresh_token as string }

    expect(granted.token_type).toBe('DPoP')
    expect(decodeJwt(granted.access_token as string).cnf).toHaveProperty('jkt')
    expect((await send(refreshed, false)).error).toBe('invalid_grant')
    expect((await send(refreshed)).token_type).toBe('DPoP')
    server.knobs.dpopNonce = true
  })

  test('asks for a nonce with 400, and issues bearer tokens without a proof', async () => {
    const { keys } = await newClient('ES256')
    const url = `${server.issuer}/v1/token`
    const { clientId, clientSecret } = server.serviceClient
    const send = async (headers: Record<string, string>) =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`, ...headers },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'messages:read' }),
      })
    const asked = await send({ dpop: await dpop.generateProof(keys, url, 'POST') })

    expect([asked.status, await asked.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'use_dpop_nonce' }),
    ])
    expect(asked.headers.get('dpop-nonce')).toMatch(/./)
    expect(await (await send({})).json()).toMatchObject({ token_type: 'Bearer' })
  })
})

const ADAPTERS = Object.entries(APIS)

describe.each(ADAPTERS)('%s', (_name, { start }) => {
  const started: Api[] = []
  const open = async (options: Partial<Parameters<typeof createAccessTokenVerifier>[0]> = {}) => {
    const { issuer, audience } = server
    const verifier = createAccessTokenVerifier({ issuer, audience, dpop: 'allowed', ...options })
    const api = await start({ verifier })
    const stop = async () => {
      verifier.close()
      await api.stop()
    }
    started.push({ url: api.url, stop })
    return api
  }
  afterEach(async () => {
    await Promise.all(started.splice(0).map((api) => api.stop()))
  })

  test.each(['RS256', 'ES256'])('serves a client of oauth4webapi with a key for %s', async (algorithm) => {
    const { call, fetchToken } = await newClient(algorithm)
    const token = await fetchToken().then(({ access_token }) => access_token)
    const api = await open()

    for (const [path, status] of [
      ['/messages', 200],
      ['/any?a=1', 200],
      ['/any', 200],
    ] as const) {
      expect((await call(token, api.url + path)).status).toBe(status)
    }
    await expect(call(token, `${api.url}/admin`)).rejects.toMatchObject({ cause: expect.anything() })
  })

  test('serves a client of dpop, and refuses a proof that it has seen', async () => {
    const { fetchToken, keys } = await newClient('ES256')
    const { access_token: token } = await fetchToken()
    const api = await open()
    const send = async (url: string, proof: string) =>
      (await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })).status
    const proof = await dpop.generateProof(keys, `${api.url}/any`, 'GET', undefined, token)

    expect(await send(`${api.url}/any`, proof)).toBe(200)
    expect(await send(`${api.url}/any`, proof)).toBe(401)
    const withQuery = await dpop.generateProof(keys, `${api.url}/any?a=1#b`, 'GET', undefined, token)
    expect(await send(`${api.url}/any`, withQuery)).toBe(200)
    const more = { extra: { a: 1 } }
    const withClaims = await dpop.generateProof(keys, `${api.url}/any`, 'GET', undefined, token, more)
    expect(await send(`${api.url}/any?b=2`, withClaims)).toBe(200)
  })

  test('gives a client of oauth4webapi a nonce once, and a new one before it expires', async () => {
    const clock = { ahead: 0 }
    const { call, fetchToken, nonceErrors } = await newClient('ES256')
    const { access_token: token } = await fetchToken()
    const api = await open({
      dpop: { nonce: { secrets: ['a secret that has thirty-two bytes'] } },
      clock: () => Date.now() + clock.ahead,
    })
    const nonces: (string | null)[] = []
    for (let step = 0; step < 8; step++) {
      const response = await call(token, `${api.url}/any`)
      expect(response.status).toBe(200)
      nonces.push(response.headers.get('dpop-nonce'))
      clock.ahead += 40_000
    }

    expect(nonceErrors.filter((of) => of === 'api')).toHaveLength(1)
    expect(nonces.map((nonce) => nonce !== null)).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ])
  })

  test('refuses a bound token as a bearer token, and another client with its own key', async () => {
    const [owner, thief] = [await newClient('ES256'), await newClient('ES256')]
    const { access_token: token } = await owner.fetchToken()
    const api = await open()
    const bearer = await fetch(`${api.url}/any`, { headers: { authorization: `Bearer ${token}` } })
    const challenge = await thief
      .call(token, `${api.url}/any`)
      .catch((error) => error as oauth.WWWAuthenticateChallengeError)

    expect(bearer.status).toBe(401)
    expect(bearer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="api", error="invalid_token", .*DPoP realm/,
    )
    expect((challenge as oauth.WWWAuthenticateChallengeError).cause).toEqual([
      expect.objectContaining({ scheme: 'bearer', parameters: { realm: 'api' } }),
      expect.objectContaining({
        scheme: 'dpop',
        parameters: expect.objectContaining({
          error: 'invalid_token',
          error_description: expect.stringContaining('another key'),
          algs: expect.stringContaining('ES256'),
        }),
      }),
    ])
  })
})
