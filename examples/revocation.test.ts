import { spawn } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { isRedisInstalled, RedisServer } from '../packages/redis/test/support/redis-server.ts'
import { Transmitter } from '../packages/signals/test/support/transmitter.ts'
import { HostileAuthorizationServer } from '../test/hostile-authorization-server/index.ts'
import { bearer, listen, openSetting } from './setting.ts'

const { authorizationServer } = await openSetting()

it('the example revocation refuses the tokens of a user who has signed out', async () => {
  const { app } = await import('./revocation/app.ts')
  const url = await listen(createServer(app as RequestListener))
  const other = await authorizationServer.issueToken({ claims: { sub: 'grace@example.com' } })
  const ask = async (path: string, value: string, method = 'GET'): Promise<number> =>
    (await fetch(url + path, { method, headers: bearer(value) })).status
  const mine = await authorizationServer.issueToken({ claims: { sub: 'ada@example.com' } })
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([200, 200])
  expect(await ask('/sign-out', mine, 'POST')).toBe(204)
  expect([await ask('/messages', mine), await ask('/messages', other)]).toEqual([401, 200])
})

it.skipIf(!isRedisInstalled)(
  'the example revocation answers with 503 until its Redis was set up',
  async () => {
    const redis = await RedisServer.start()
    onTestFinished(() => redis.stop())
    vi.stubEnv('REDIS_URL', redis.url)
    vi.resetModules()
    const { app } = await import('./revocation/app.ts')
    const url = await listen(createServer(app as RequestListener))
    const mine = await authorizationServer.issueToken({ claims: { sub: 'ada@example.com' } })
    const ask = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(url + path, { method, headers: bearer(mine) })).status
    expect(await ask('/messages')).toBe(503)
    await import('./revocation/set-up-store.ts')
    expect(await ask('/messages')).toBe(200)
    expect(await ask('/sign-out', 'POST')).toBe(204)
    expect(await ask('/messages')).toBe(401)
  },
)

it('the example signals refuses the tokens of a user who has signed out of Okta', async () => {
  const okta = await Transmitter.start()
  onTestFinished(() => okta.stop())
  vi.stubEnv('OKTA_ORG', okta.issuer)
  vi.stubEnv('SIGNALS_URL', 'https://api.example.com/signals')
  vi.stubEnv('SIGNALS_SECRET', 'a-secret-of-the-stream')
  const { app, receiver } = await import('./signals/app.ts')
  await receiver.ready()
  const url = await listen(createServer(app as RequestListener))
  const mine = await authorizationServer.issueToken({ claims: { uid: '00u1ada' } })
  const other = await authorizationServer.issueToken({ claims: { uid: '00u1grace' } })
  const ask = async (path: string, value = ''): Promise<number> =>
    (await fetch(url + path, { headers: bearer(value) })).status
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
    onTestFinished(() => void child.kill())
    const port = await new Promise<string>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`The example exited with ${code}`)))
      child.stdout.on('data', (chunk) => {
        const found = /port: (\d+)/.exec(String(chunk))?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    const token = await authorizationServer.issueToken({ kind: 'org', introspectable: true })
    expect((await fetch(`http://localhost:${port}/`, { headers: bearer(token) })).status).toBe(200)
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(401)
  })
})
