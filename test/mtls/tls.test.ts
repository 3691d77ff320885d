import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type MtlsMode,
} from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Clients, startWithClients } from './clients.ts'
import { get, getOverConnection, getOverHttp2 } from './requests.ts'
import { SERVERS, type SecureApi } from './servers.ts'

let { server, ours, theirs, unbound } = {} as Clients
beforeAll(async () => {
  ;({ server, ours, theirs, unbound } = await startWithClients())
})
afterAll(() => server.stop())

/** Runs a test against an API of this name. */
async function against(
  name: string,
  mtls: MtlsMode | undefined,
  run: (api: SecureApi, verifier: AccessTokenVerifier) => Promise<void>,
  tls?: object,
): Promise<void> {
  const { issuer, audience } = server
  const verifier = createAccessTokenVerifier({ issuer, audience, ...(mtls && { mtls }) })
  const api = await (SERVERS[name] as (typeof SERVERS)[string])(verifier, tls)
  try {
    await run(api, verifier)
  } finally {
    await api.stop()
    verifier.close()
  }
}

describe.each(Object.keys(SERVERS))('%s', (name) => {
  test('accepts a bound token over a connection with its certificate only [MTLS-01] [MTLS-02] [MTLS-04]', () =>
    against(name, 'allowed', async (api) => {
      // Three times each, so that the token is in the cache as well.
      for (const _time of [1, 2, 3]) {
        expect(await get(api, ours.token, { client: ours })).toMatchObject({ status: 200 })
        expect(await get(api, theirs.token, { client: theirs })).toMatchObject({ status: 200 })
        for (const [client, description] of [
          [theirs, 'bound to another client certificate'],
          [undefined, 'has no client certificate'],
        ] as const) {
          const { status, challenge, cacheControl } = await get(api, ours.token, { client })
          expect([status, cacheControl]).toEqual([401, 'no-store'])
          expect(challenge).toMatch(/^Bearer realm="api", error="invalid_token", /)
          expect(challenge).toContain(description)
        }
      }
    }))

  test('accepts unbound tokens with and without a certificate, unless bound ones are required', async () => {
    await against(name, 'allowed', async (api) => {
      expect((await get(api, unbound)).status).toBe(200)
      expect((await get(api, unbound, { client: ours })).status).toBe(200)
    })
    await against(name, 'required', async (api) => {
      expect((await get(api, unbound)).status).toBe(401)
      expect((await get(api, unbound, { client: ours })).status).toBe(401)
      expect((await get(api, ours.token, { client: ours })).status).toBe(200)
    })
  })

  test('refuses a bound token if mtls is not set, also with its certificate [MTLS-05]', () =>
    against(name, undefined, async (api) => {
      expect((await get(api, ours.token, { client: ours })).status).toBe(401)
      expect((await get(api, unbound, { client: ours })).status).toBe(200)
    }))

  test('does not read certificates from headers [MTLS-06]', () =>
    against(name, 'allowed', async (api) => {
      const base64 = Buffer.from(ours.der).toString('base64')
      const headers = {
        'client-cert': `:${base64}:`,
        'x-arr-clientcert': base64,
        'x-forwarded-tls-client-cert': base64,
        'x-forwarded-client-cert': `Cert="${encodeURIComponent(ours.cert)}"`,
        'x-amzn-mtls-clientcert-leaf': encodeURIComponent(ours.cert),
        'x-forwarded-for': '127.0.0.1',
      }
      expect((await get(api, ours.token, { client: theirs, headers })).status).toBe(401)
      expect((await get(api, ours.token, { headers })).status).toBe(401)
    }))
})

test.each(Object.keys(SERVERS).filter((name) => name.includes('http2')))(
  '%s compares the certificate of an HTTP/2 connection with each of its tokens [MTLS-01]',
  (name) =>
    against(name, 'allowed', async (api) => {
      const tokens = [ours.token, theirs.token, unbound, ours.token]
      expect(await getOverHttp2(api, tokens, ours)).toEqual([200, 401, 200, 200])
      expect(await getOverHttp2(api, tokens, theirs)).toEqual([401, 200, 200, 401])
      expect(await getOverHttp2(api, tokens)).toEqual([401, 401, 200, 401])
    }),
)

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a resumed session of %s has the certificate of the first one, and no other [MTLS-01]',
  (version) =>
    against('node:https', 'allowed', async (api) => {
      const options = { minVersion: version, maxVersion: version } as const
      const identity = { key: ours.key, cert: ours.cert }
      const first = await getOverConnection(api, ours.token, { ...options, ...identity })
      expect(first).toMatchObject({ status: 200, isResumed: false, session: expect.any(Buffer) })

      const resumed = { ...options, session: first.session as Buffer }
      for (const [token, more, status] of [
        [ours.token, identity, 200],
        // The certificate is in the session. A client that offers another one does not change it.
        [ours.token, {}, 200],
        [theirs.token, { key: theirs.key, cert: theirs.cert }, 401],
      ] as const) {
        const again = await getOverConnection(api, token, { ...resumed, ...more })
        expect(again).toMatchObject({ status, isResumed: true })
      }
      const anonymous = await getOverConnection(api, ours.token, options)
      expect(anonymous).toMatchObject({ status: 401, isResumed: false })
      const resumedAnonymous = { ...options, ...identity, session: anonymous.session as Buffer }
      expect(await getOverConnection(api, ours.token, resumedAnonymous)).toMatchObject({
        status: 401,
        isResumed: true,
      })
    }),
)

test('the chain is verified if the server does so, and only then [MTLS-09]', async () => {
  await against('node:https', 'allowed', async (api) => {
    expect((await get(api, ours.token, { client: ours })).status).toBe(200)
  })
  await against(
    'node:https',
    'allowed',
    async (api) => {
      expect((await get(api, ours.token, { client: ours })).status).toBe(200)
      await expect(get(api, theirs.token, { client: theirs })).rejects.toThrow()
    },
    { rejectUnauthorized: true, ca: [ours.cert] },
  )
})

test('explain() says which part does not match, and shows no certificate and no thumbprint', () =>
  against('node:https', 'allowed', async (_api, verifier) => {
    const explained = await verifier.explain(ours.token)
    expect(explained).toMatchObject({ accepted: false, code: 'sender_constrained' })
    const request = {
      headers: { authorization: `Bearer ${ours.token}` },
      socket: { getPeerX509Certificate: () => ({ raw: theirs.der }) },
    }
    const { checks, code } = await verifier.explain(request)
    expect(code).toBe('certificate_mismatch')
    expect(checks.find(({ check }) => check === 'possession')).toMatchObject({
      outcome: 'failed',
      found: { bound: ['x5t#S256'] },
      wanted: { mtls: 'allowed' },
      hint: expect.stringContaining('The client must connect with the certificate'),
    })
    const { cnf } = JSON.parse(Buffer.from(ours.token.split('.')[1] ?? '', 'base64url').toString())
    expect(JSON.stringify(checks)).not.toContain(cnf['x5t#S256'])
  }))
