import { fileURLToPath } from 'node:url'
import {
  AUDIENCE,
  bearer,
  keySet,
  type SigningKey,
  serve,
  signingKey,
  signToken,
  type TestServer,
} from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compatibilityDate } from 'workerd'
import { bundleWorker, type RunningWorker, runWorker } from './workerd.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
const [A, B, C] = ['a', 'b', 'c'].map((name) => signingKey('ES256', name)) as [
  SigningKey,
  SigningKey,
  SigningKey,
]

// The tests of a compatibility date share one worker; the first one is a cold start.
describe.each(['2026-01-15', compatibilityDate])(
  'core in Cloudflare Workers, compatibility date %s',
  (date) => {
    const published = { keys: [A] }
    const requests: string[] = []
    const keyRequests = (): number => requests.filter((path) => path.endsWith('/keys')).length
    let server: TestServer
    let issuer: string
    let worker: RunningWorker

    beforeAll(async () => {
      server = await serve((request, response) => {
        const path = request.url as string
        requests.push(path)
        const document = path.endsWith('/keys')
          ? keySet(...published.keys)
          : { issuer, jwks_uri: `${issuer}/keys` }
        response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
      })
      issuer = `${server.url}/oauth2/default`
      worker = await runWorker(await bundleWorker(WORKER), date, {
        ISSUER: issuer,
        AUDIENCE,
        INITIAL_JWKS: JSON.stringify({ ...keySet(A), fetchedAt: Date.now() }),
      })
    })
    afterAll(async () => {
      await worker?.stop()
      await server?.close()
    })

    const tokenOf = (key: SigningKey, claims: object = {}): string => {
      const now = Math.floor(Date.now() / 1_000)
      return signToken({ key, claims: { iss: issuer, iat: now, exp: now + 600, ...claims } })
    }
    const send = (token?: string, path = '/'): Promise<Response> =>
      fetch(`${worker.url}${path}`, token === undefined ? {} : { headers: bearer(token) })
    /** Status and error code, if the request was refused. */
    const outcome = async (token?: string, path?: string): Promise<string> => {
      const response = await send(token, path)
      const { code = 'accepted' } = (await response.json()) as { code?: string }
      return `${response.status} ${code}`
    }

    test('four concurrent requests share the first fetch of metadata and keys', async () => {
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => outcome(tokenOf(A))))
      expect(outcomes).toEqual(Array(4).fill('200 accepted'))
      expect(requests).toEqual([
        '/oauth2/default/.well-known/oauth-authorization-server',
        '/oauth2/default/keys',
      ])
    })

    test('a token is accepted repeatedly, and nothing else is fetched', async () => {
      const token = tokenOf(A)
      expect(await outcome(token)).toBe('200 accepted')
      const before = requests.length
      for (let times = 0; times < 3; times++) expect(await outcome(token)).toBe('200 accepted')
      const auth = (await (await send(token)).json()) as Record<string, unknown>
      expect(auth).toMatchObject({ issuer, scopes: ['messages:read', 'profile'], claims: { aud: AUDIENCE } })
      expect(requests).toHaveLength(before)
    })

    test('requests are refused with a challenge', async () => {
      expect(await outcome()).toBe('401 missing_token')
      expect(await outcome('not.a.token')).toBe('401 token_malformed')
      expect(await outcome(tokenOf(A, { exp: 1 }))).toBe('401 token_expired')
      expect(await outcome(tokenOf(A, { aud: 'api://other' }))).toBe('401 audience_mismatch')
      expect(await outcome(tokenOf(A, { scp: ['profile'] }))).toBe('403 insufficient_scope')
      expect(await outcome(tokenOf({ ...C, kid: A.kid }))).toBe('401 signature_invalid')
      const { headers } = await send(tokenOf(A, { exp: 1 }))
      expect(headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
    })

    test('an unknown key is fetched once for concurrent requests, or refused', async () => {
      expect(await outcome(tokenOf(A))).toBe('200 accepted')
      const before = keyRequests()
      published.keys = [A, B]
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => outcome(tokenOf(B))))
      expect(outcomes).toEqual(Array(4).fill('200 accepted'))
      expect(keyRequests()).toBe(before + 1)
      expect(await outcome(tokenOf(C))).toBe('401 key_unknown')
      expect(await outcome(tokenOf(C))).toBe('401 key_unknown')
      expect(keyRequests()).toBe(before + 2)
    })

    test('a verification goes on if the response is sent before its end', async () => {
      const [one, two] = [tokenOf(A), tokenOf(C)]
      for (const token of [one, two]) expect((await send(token, '/without-waiting')).status).toBe(200)
      expect(await outcome(one)).toBe('200 accepted')
      expect(await outcome(tokenOf(A))).toBe('200 accepted')
      expect(await outcome(two)).toBe('401 key_unknown')
    })

    test('a cached token is refused once it has expired, and removed by the next new token', async () => {
      const token = tokenOf(A, { exp: Math.floor(Date.now() / 1_000) + 60 })
      const isCached = async (): Promise<boolean> => {
        const response = await send(token, '/ahead/0')
        return ((await response.json()) as { cached: boolean }).cached
      }
      // A token is added when it is verified for the second time.
      expect([await isCached(), await isCached(), await isCached()]).toEqual([false, false, true])
      expect(await outcome(tokenOf(A, { jti: 'AT.2' }), '/ahead/61000')).toBe('200 accepted')
      // Set back, the clock shows that the token is gone, and not just refused.
      expect(await isCached()).toBe(false)
      expect(await outcome(token, '/ahead/61000')).toBe('401 token_expired')
    })

    test('initial keys are used by a verifier that was created before the first request', async () => {
      expect(await outcome(tokenOf(A), '/initial-keys')).toBe('200 accepted')
      expect(await outcome(tokenOf(B), '/initial-keys')).toBe('503 metadata_unavailable')
    })

    test('keys that are due are refreshed in the background, again and again', async () => {
      expect(await outcome(tokenOf(A), '/short-lived')).toBe('200 accepted')
      for (let refreshes = 0; refreshes < 3; refreshes++) {
        const before = keyRequests()
        // Each response is sent before the refresh that its request started has ended.
        while (keyRequests() === before) {
          expect(await outcome(tokenOf(A), '/short-lived')).toBe('200 accepted')
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
      published.keys = [B]
      await expect
        .poll(() => outcome(tokenOf(A), '/short-lived'), { timeout: 10_000, interval: 200 })
        .toBe('401 key_unknown')
      expect(await outcome(tokenOf(B), '/short-lived')).toBe('200 accepted')
    })
  },
)
