import { createServer } from 'node:http'
import { expect, it, vi } from 'vitest'
import { bearer, listen, openSetting, sendTwice } from '../setting.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { app, verifier } = await import('./app.ts')
const printed = vi.spyOn(console, 'error')
const url = await listen(createServer(app.callback()))
const get = (value?: string) => fetch(`${url}/messages`, { headers: bearer(value) })

it('the example koa responds to a valid token', async () => {
  const response = await get(token)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual([{ to: expect.any(String), text: 'Hello' }])
})

it('the example koa sends status, challenge and body of a refusal, and logs none', async () => {
  const missing = await get()
  expect(missing.status).toBe(401)
  expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  const expired = await get(await expiringIn(-60))
  expect(expired.status).toBe(401)
  expect(expired.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(await expired.json()).toMatchObject({ error: 'invalid_token' })
  const refused = await get(withoutScope)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('scope="messages:read"')
  expect(await sendTwice(url, token)).toMatch(/^HTTP\/1\.1 400 /)
  expect(printed).not.toHaveBeenCalled()
})

it('the example koa sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  const response = await get(token)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
})
