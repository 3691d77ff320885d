import { fileURLToPath } from 'node:url'
import { type ServerType, serve } from '@hono/node-server'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { bundleWorker, runWorker } from '../../test/runtimes/workerd.ts'
import { bearer, openSetting, sendTwice } from '../setting.ts'

const { authorizationServer, token, withoutScope, expiringIn } = await openSetting()
const { app, verifier } = await import('./app.ts')
const printed = vi.spyOn(console, 'error')

const server = await new Promise<ServerType>((resolve) => {
  const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
})
afterAll(() => void server.close())

const code = await bundleWorker(fileURLToPath(new URL('worker.ts', import.meta.url)))
const runWith = async (issuer: string) => {
  const { OKTA_OAUTH2_AUDIENCE = '' } = process.env
  const bindings = { OKTA_OAUTH2_ISSUER: issuer, OKTA_OAUTH2_AUDIENCE }
  const worker = await runWorker(code, '2026-01-15', bindings)
  afterAll(() => worker.stop())
  return worker.url
}

const onNode = `http://127.0.0.1:${(server.address() as { port: number }).port}`
const RUNTIMES = [
  ['Node.js', onNode],
  ['workerd', await runWith(authorizationServer.issuer)],
] as const

describe.each(RUNTIMES)('the example hono on %s, without an error handler', (_runtime, url) => {
  const get = (path: string, value?: string) => fetch(url + path, { headers: bearer(value) })

  it('responds to a valid token', async () => {
    const response = await get('/messages', token)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual([{ to: expect.any(String), text: 'Hello' }])
    expect(await (await get('/profile', withoutScope)).json()).toMatchObject({ scopes: ['openid'] })
  })

  it('sends status, challenge and body of a refusal', async () => {
    const missing = await get('/profile')
    expect(missing.status).toBe(401)
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(await missing.json()).toEqual({ message: 'Unauthorized' })
    const expired = await get('/messages', await expiringIn(-60))
    expect(expired.status).toBe(401)
    expect(expired.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(expired.headers.get('content-type')).toBe('application/json')
    expect(expired.headers.get('cache-control')).toBe('no-store')
    const refused = await get('/messages', withoutScope)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="messages:read"')
  })

  it('refuses a request with two tokens', async () => {
    expect(await sendTwice(url, token)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

it('a closed verifier, or an authorization server that is down, is a 503 with Retry-After', async () => {
  verifier.close()
  const cold = await runWith(authorizationServer.issuer)
  await authorizationServer.stop()
  for (const url of [onNode, cold]) {
    const response = await fetch(`${url}/messages`, { headers: bearer(token) })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  }
})

it('nothing is logged', () => expect(printed).not.toHaveBeenCalled())
