import { setImmediate } from 'node:timers/promises'
import {
  AUDIENCE,
  bearer,
  ISSUER,
  NOW,
  scriptedFetch,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { published, serve } from '@okta-resource-server/testing/vitest'
import express5, { type ErrorRequestHandler } from 'express'
import express4 from 'express4'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAccessTokenVerifier, oktaAuth } from '../src/index.ts'

let printed: string[]

beforeEach(() => {
  printed = []
  const spy = vi.spyOn(console, 'error').mockImplementation((value) => {
    printed.push(String(value instanceof Error ? (value.stack ?? value) : value))
  })
  onTestFinished(() => spy.mockRestore())
})

function app(express: typeof express5, env: string, reason: Error, handler?: ErrorRequestHandler) {
  const { fetch } = scriptedFetch(() => reason)
  const created = express()
  created.set('env', env)
  created.use(oktaAuth({ issuer: ISSUER, audience: AUDIENCE, clock: () => NOW * 1_000, fetch }))
  if (handler !== undefined) created.use(handler)
  return created
}

const refusedConnection = () =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }),
  })

describe('in Express 4, the cause of a 503', () => {
  it.each(['production', 'development'])(
    'is printed with address and reason, and not sent (%s)',
    async (env) => {
      const url = await serve(app(express4, env, refusedConnection()))
      const token = signToken()
      const answer = await fetch(url, { headers: bearer(token) })
      expect(answer.status).toBe(503)
      const text = printed.join('\n')
      expect(text).toContain(ISSUER)
      expect(text).toContain('(network)')
      expect(text).toContain('(ECONNREFUSED): connect ECONNREFUSED 10.0.0.1:443')
      for (const part of token.split('.')) expect(text).not.toContain(part)
      expect(text).not.toMatch(/\n\s+at /)
      const body = await answer.text()
      expect(body).not.toContain(ISSUER)
      expect(body).not.toContain('10.0.0.1')
    },
  )

  it('is printed once per failed fetch, not for each request, also with an error handler that logs the stack', async () => {
    const failures = published('okta-resource-server:refresh.failed')
    const handler: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status).end()
    const url = await serve(app(express4, 'production', refusedConnection(), handler))
    for (let i = 0; i < 20; i++) await fetch(url, { headers: bearer(signToken()) })
    const causes = printed.filter((line) => line.includes('caused by'))
    expect(causes.length).toBeGreaterThan(0)
    expect(causes.length).toBeLessThanOrEqual(failures.length)
    expect(failures.length).toBeLessThan(20)
  })

  it('takes one line, whatever characters it contains', async () => {
    const handler: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status).end()
    const reason = new Error(`a\r\n\u001b[31mb\u2028${'c'.repeat(10_000)}`)
    const url = await serve(app(express4, 'production', reason, handler))
    await fetch(url, { headers: bearer(signToken()) })
    expect(printed).toHaveLength(1)
    expect(printed[0]).toMatch(/^[\x20-\x7e]{1,2000}$/)
  })

  it('is not printed in the environment test, as Express prints nothing there', async () => {
    const url = await serve(app(express4, 'test', refusedConnection()))
    expect((await fetch(url, { headers: bearer(signToken()) })).status).toBe(503)
    await setImmediate()
    expect(printed).toEqual([])
  })

  it('is not printed for a refusal, nor for a verifier that was closed', async () => {
    const verifier = createAccessTokenVerifier(verifierOptions())
    verifier.close()
    const closed = express4()
    closed.use(oktaAuth({ verifier }))
    closed.use(((error, _req, res, _next) => void res.status(error.status).end()) as ErrorRequestHandler)
    const url = await serve(closed)
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: bearer(signToken()) })).status).toBe(503)
    expect(printed).toEqual([])
  })
})

it('in Express 5, the error is printed by Express alone', async () => {
  const url = await serve(app(express5, 'production', refusedConnection()))
  expect((await fetch(url, { headers: bearer(signToken()) })).status).toBe(503)
  await vi.waitFor(() => expect(printed).toHaveLength(1))
})
