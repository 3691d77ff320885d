import { createHash, X509Certificate } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { selfSignedCertificate } from '../test/hostile-authorization-server/index.ts'
import { bearer, listen, openSetting } from './setting.ts'

const { authorizationServer, token } = await openSetting()

describe('the example dpop', () => {
  const start = async (): Promise<string> => {
    vi.stubEnv('DPOP_NONCE_SECRET', 'a secret of the examples with 32 bytes')
    const { createApp } = await import('./dpop/app.ts')
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      app ??= createApp(`http://127.0.0.1:${port}`) as RequestListener
      app(request, response)
    })
    let app: RequestListener | undefined
    return listen(server)
  }

  it('answers its client, which gets a bound token and proves possession with a nonce', async () => {
    const { callApi } = await import('./dpop/client.ts')
    const { issuer, serviceClient } = authorizationServer
    const url = `${await start()}/messages`
    const response = await callApi({ issuer, ...serviceClient, url, insecure: true })

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual([{ to: serviceClient.clientId }])
  })

  it('refuses a bearer token', async () => {
    const response = await fetch(`${await start()}/messages`, {
      headers: bearer(token),
    })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP realm="api", error="invalid_token"/)
  })
})

describe('the example step-up', () => {
  it('challenges a token without the level or of an old sign-in, and accepts the others', async () => {
    const { app } = await import('./step-up/app.ts')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void app.close())
    const now = Math.floor(Date.now() / 1000)
    const ask = async (claims: Record<string, unknown>, path = '/transfer') => {
      const headers = { authorization: `Bearer ${await authorizationServer.issueToken({ claims })}` }
      const { status, headers: answer } = await fetch(url + path, { headers })
      return [status, answer.get('www-authenticate')] as const
    }
    const challenge = expect.stringMatching(
      /^Bearer realm="api", error="insufficient_user_authentication", .*, acr_values="urn:okta:loa:2fa:any", max_age="300", scope="messages:read"$/,
    )
    expect(await ask({}, '/messages')).toEqual([200, null])
    expect(await ask({})).toEqual([401, challenge])
    expect(await ask({ acr: 'urn:okta:loa:1fa:any' })).toEqual([401, challenge])
    expect(await ask({ acr: 'phr', auth_time: now - 3_600 })).toEqual([401, challenge])
    for (const acr of ['urn:okta:loa:2fa:any', 'phr', 'phrh']) expect(await ask({ acr })).toEqual([200, null])
  })
})

describe('the example mtls', () => {
  const client = selfSignedCertificate()
  const { raw } = new X509Certificate(client.cert)
  const cnf = { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') }

  it('accepts a bound token over a connection with its certificate', async () => {
    const { createApi } = await import('./mtls/app.ts')
    const identity = selfSignedCertificate()
    const { port } = new URL(await listen(createApi(identity)))
    const ask = (path: string, authorization: string, certificate?: typeof client) =>
      new Promise<number>((resolve, reject) => {
        const tls = {
          ca: identity.cert,
          ...(certificate && { key: certificate.key, cert: certificate.cert }),
        }
        const options = { ...tls, headers: { authorization }, agent: false }
        get(`https://localhost:${port}${path}`, options, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        }).on('error', reject)
      })
    const bound = `Bearer ${await authorizationServer.issueToken({ claims: { cnf } })}`
    expect(await ask('/payments', bound, client)).toBe(200)
    expect(await ask('/payments', bound, selfSignedCertificate())).toBe(401)
    expect(await ask('/payments', bound)).toBe(401)
    expect(await ask('/payments', `Bearer ${token}`, client)).toBe(401)
    expect(await ask('/messages', `Bearer ${token}`)).toBe(200)
  })

  it('accepts the certificate that nginx sends with its secret', async () => {
    const secret = 'c0ffee254729296a45a3885639ac7e10f9d54979'
    vi.stubEnv('PROXY_SECRET', secret)
    const { app } = await import('./mtls/behind-nginx.ts')
    const url = await listen(createServer(app as RequestListener))
    const authorization = `Bearer ${await authorizationServer.issueToken({ claims: { cnf } })}`
    const headers = { authorization, 'x-client-cert': encodeURIComponent(client.cert) }
    const ask = async (more: object) => fetch(`${url}/payments`, { headers: { ...headers, ...more } })
    expect((await ask({})).status).toBe(401)
    const accepted = await ask({ 'x-proxy-secret': secret })
    expect([accepted.status, await accepted.json()]).toEqual([200, cnf])
  })
})
