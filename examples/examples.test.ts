import { spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { get } from 'node:https'
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isRedisInstalled, RedisServer } from '../packages/redis/test/support/redis-server.ts'
import { Transmitter } from '../packages/signals/test/support/transmitter.ts'
import { type AuthorizationServer, startAuthorizationServer } from '../test/authorization-server/src/index.ts'
import { selfSignedCertificate } from '../test/hostile-authorization-server/index.ts'
import { EXAMPLES, programOf } from './program.ts'

const urls = new Map<string, string>()
const closing: (() => unknown)[] = []
let authorizationServer: AuthorizationServer
let token: string

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  authorizationServer = await startAuthorizationServer()
  closing.push(() => authorizationServer.stop())
  token = await authorizationServer.issueToken({ scopes: ['openid', 'messages:read'] })
  vi.stubEnv('OKTA_OAUTH2_ISSUER', authorizationServer.issuer)
  vi.stubEnv('OKTA_OAUTH2_AUDIENCE', authorizationServer.audience)

  const { app: express } = await import('./express/app.ts')
  const { app: fastify } = await import('./fastify/app.ts')
  const { server } = await import('./node-http/app.ts')
  const nestjs = await (await import('./nestjs/app.ts')).createApp()
  urls.set('express', `http://127.0.0.1:${await listen(createServer(express as RequestListener))}`)
  urls.set('fastify', await fastify.listen({ port: 0, host: '127.0.0.1' }))
  urls.set('node-http', `http://127.0.0.1:${await listen(server)}`)
  await nestjs.listen(0, '127.0.0.1')
  urls.set('nestjs', await nestjs.getUrl())
  closing.push(
    () => fastify.close(),
    () => nestjs.close(),
  )
})

afterAll(async () => {
  vi.unstubAllEnvs()
  for (const close of closing.reverse()) await close()
})

describe.each(EXAMPLES)('the example %s', (name) => {
  const get = (path: string, value?: string) =>
    fetch(
      `${urls.get(name)}${path}`,
      value === undefined ? {} : { headers: { authorization: `Bearer ${value}` } },
    )

  it('is not ready before the keys are fetched, and ready after the first token', async () => {
    expect((await get('/health')).status).toBe(503)
    expect((await get('/profile', token)).status).toBe(200)
    const health = await get('/health')
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({
      ready: true,
      issuers: [{ issuer: authorizationServer.issuer }],
    })
  })

  it('returns the profile for any valid token, but the messages only for a token with the scope', async () => {
    expect(await (await get('/profile', token)).json()).toMatchObject({ scopes: ['openid', 'messages:read'] })
    expect((await get('/messages', token)).status).toBe(200)
    const withoutScope = await authorizationServer.issueToken({ scopes: ['openid'] })
    const refused = await get('/messages', withoutScope)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="messages:read"')
  })

  it('rejects a missing, a forged and an expired token', async () => {
    const forged = await authorizationServer.issueToken({ key: 'stranger' })
    const expired = await authorizationServer.issueToken({ expiresIn: -3600 })
    for (const value of [undefined, forged, expired]) {
      const refused = await get('/profile', value)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    // Nest calls no guards for unknown routes.
    expect((await get('/unknown')).status).toBe(name === 'nestjs' ? 404 : 401)
    expect((await get('/unknown', token)).status).toBe(404)
  })

  it('listens if its server.ts is started', async () => {
    const child = spawn(process.execPath, programOf(name), {
      env: { ...process.env, NODE_ENV: 'production', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    closing.push(() => child.kill())
    const port = await new Promise<string>((resolve, reject) => {
      let output = ''
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`The example exited with ${code}: ${output}`)))
      child.stdout.on('data', (chunk) => {
        output += chunk
        const found = /(?:port: |http:\/\/\S+:)(\d+)/.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    expect((await fetch(`http://localhost:${port}/messages`)).status).toBe(401)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`http://localhost:${port}/messages`, { headers })).status).toBe(200)
  })
})

describe('an upgrade request to the example node-http', () => {
  const upgrade = (authorization: string) =>
    new Promise<string>((resolve, reject) => {
      const { port, hostname } = new URL(urls.get('node-http') as string)
      const socket = connectTo(Number(port), hostname)
      let answer = ''
      socket.on('error', reject).on('data', (chunk) => {
        answer += chunk
      })
      socket.on('close', () => resolve(answer))
      socket.write(
        `GET / HTTP/1.1\r\nHost: a\r\n${authorization}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      )
    })

  it('is rejected with status and challenge if it has no token', async () => {
    const answer = await upgrade('')
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
    expect(answer).toMatch(/\r\nwww-authenticate: Bearer/)
  })

  it('is accepted with a valid token', async () => {
    expect(await upgrade(`Authorization: Bearer ${token}\r\n`)).toMatch(/^HTTP\/1\.1 501 /)
  })
})

it('the example revocation refuses the tokens of a user who has signed out', async () => {
  const { app } = await import('./revocation/app.ts')
  const url = `http://127.0.0.1:${await listen(createServer(app as RequestListener))}`
  const other = await authorizationServer.issueToken({ claims: { sub: 'grace@example.com' } })
  const ask = async (path: string, value: string, method = 'GET'): Promise<number> =>
    (await fetch(url + path, { method, headers: { authorization: `Bearer ${value}` } })).status
  const mine = await authorizationServer.issueToken({ claims: { sub: 'ada@example.com' } })
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([200, 200])
  expect(await ask('/sign-out', mine, 'POST')).toBe(204)
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([401, 200])
})

it.skipIf(!isRedisInstalled)(
  'the example revocation answers with 503 until its Redis was set up',
  async () => {
    const redis = await RedisServer.start()
    closing.push(() => redis.stop())
    vi.stubEnv('REDIS_URL', redis.url)
    vi.resetModules()
    const { app } = await import('./revocation/app.ts')
    const url = `http://127.0.0.1:${await listen(createServer(app as RequestListener))}`
    const mine = await authorizationServer.issueToken({ claims: { sub: 'ada@example.com' } })
    const ask = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(url + path, { method, headers: { authorization: `Bearer ${mine}` } })).status
    expect(await ask('/messages')).toBe(503)
    await import('./revocation/set-up-store.ts')
    expect(await ask('/messages')).toBe(200)
    expect(await ask('/sign-out', 'POST')).toBe(204)
    expect(await ask('/messages')).toBe(401)
  },
)

it('the example signals refuses the tokens of a user who has signed out of Okta', async () => {
  const okta = await Transmitter.start()
  closing.push(() => okta.stop())
  vi.stubEnv('OKTA_ORG', okta.issuer)
  vi.stubEnv('SIGNALS_URL', 'https://api.example.com/signals')
  vi.stubEnv('SIGNALS_SECRET', 'a-secret-of-the-stream')
  const { app, receiver } = await import('./signals/app.ts')
  await receiver.ready()
  const url = `http://127.0.0.1:${await listen(createServer(app as RequestListener))}`
  const mine = await authorizationServer.issueToken({ claims: { uid: '00u1ada' } })
  const other = await authorizationServer.issueToken({ claims: { uid: '00u1grace' } })
  const ask = async (path: string, value = ''): Promise<number> =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${value}` } })).status
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([200, 200])
  const headers = {
    authorization: 'Bearer a-secret-of-the-stream',
    'content-type': 'application/secevent+jwt',
  }
  const push = async (body: string): Promise<number> =>
    (await fetch(`${url}/signals`, { method: 'POST', headers, body })).status
  expect(await push(await okta.sessionRevoked('00u1ada'))).toBe(202)
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([401, 200])
  expect(await ask('/health')).toBe(200)
  expect(await push(await okta.streamUpdated('disabled'))).toBe(202)
  expect(await ask('/health')).toBe(503)
  receiver.close()
})

it('the example corporate-proxy fetches metadata and keys through the proxy', async () => {
  const { verifierThroughProxy } = await import('./node-http/corporate-proxy.ts')
  let proxied = 0
  const proxy = createServer((request, response) => {
    proxied++
    fetch(request.url as string).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(await answer.text())
    })
  })
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    proxied++
    const { port, hostname } = new URL(`http://${request.url}`)
    const target = connectTo(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(target).pipe(socket)
    })
    for (const end of [socket, target]) end.on('error', () => end.destroy())
  })
  const { issuer, audience } = authorizationServer
  const verifier = verifierThroughProxy(`http://127.0.0.1:${await listen(proxy)}`, { issuer, audience })
  expect((await verifier.verify(token)).issuer).toBe(issuer)
  expect(proxied).toBeGreaterThan(0)
  verifier.close()
})

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
    return `http://127.0.0.1:${await listen(server)}`
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
      headers: { authorization: `Bearer ${token}` },
    })

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP realm="api", error="invalid_token"/)
  })
})

describe('the example step-up', () => {
  it('challenges a token without the level or of an old sign-in, and accepts the others', async () => {
    const { app } = await import('./step-up/app.ts')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    closing.push(() => app.close())
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
    const port = await listen(createApi(identity))
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
    const port = await listen(createServer(app as RequestListener))
    const authorization = `Bearer ${await authorizationServer.issueToken({ claims: { cnf } })}`
    const headers = { authorization, 'x-client-cert': encodeURIComponent(client.cert) }
    const ask = async (more: object) =>
      fetch(`http://127.0.0.1:${port}/payments`, { headers: { ...headers, ...more } })
    expect((await ask({})).status).toBe(401)
    const accepted = await ask({ 'x-proxy-secret': secret })
    expect([accepted.status, await accepted.json()]).toEqual([200, cnf])
  })
})

describe('the example introspection', () => {
  it('accepts tokens of the org authorization server until they are revoked', async () => {
    const { orgVerifier } = await import('./introspection/okta-org.ts')
    const { orgIssuer, confidentialClient } = authorizationServer
    const verifier = orgVerifier(orgIssuer, confidentialClient)
    const [kept, revoked] = await Promise.all(
      [1, 2].map(() => authorizationServer.issueToken({ kind: 'org', introspectable: true })),
    )
    authorizationServer.revokeToken(revoked as string)
    expect((await verifier.verify(kept as string)).issuer).toBe(orgIssuer)
    await expect(verifier.verify(revoked as string)).rejects.toMatchObject({ code: 'token_inactive' })
    verifier.close()
  })

  it('asks about opaque tokens, and logs why that fails', async () => {
    const { opaqueTokenVerifier } = await import('./introspection/opaque-tokens.ts')
    const { HostileAuthorizationServer } = await import('../test/hostile-authorization-server/index.ts')
    const server = await HostileAuthorizationServer.start({ path: '/as' })
    const client = { clientId: 'api', clientSecret: 'secret' }
    const verifier = opaqueTokenVerifier({ issuer: server.issuer, audience: 'api://default' }, client)
    expect((await verifier.verify(server.opaqueToken())).issuer).toBe(server.issuer)
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    server.introspection = ({ response }) => response.writeHead(401).end()
    await expect(verifier.verify(server.opaqueToken())).rejects.toMatchObject({ status: 503 })
    expect(log.mock.calls.join()).toContain('(credentials)')
    log.mockRestore()
    verifier.close()
    await server.goDown()
  })

  it('answers requests if its server.ts is started', async () => {
    const { orgIssuer, confidentialClient } = authorizationServer
    const child = spawn(process.execPath, ['--conditions=source', 'introspection/server.ts'], {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        PORT: '0',
        OKTA_ORG: orgIssuer,
        OKTA_OAUTH2_CLIENT_ID: confidentialClient.clientId,
        OKTA_OAUTH2_CLIENT_SECRET: confidentialClient.clientSecret,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    closing.push(() => child.kill())
    const port = await new Promise<string>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`The example exited with ${code}`)))
      child.stdout.on('data', (chunk) => {
        const found = /port: (\d+)/.exec(String(chunk))?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    const token = await authorizationServer.issueToken({ kind: 'org', introspectable: true })
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`http://localhost:${port}/`, { headers })).status).toBe(200)
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(401)
  })
})
