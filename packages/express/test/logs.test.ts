import { Writable } from 'node:stream'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express from 'express'
import { describe, expect, it, vi } from 'vitest'
import { logRequests as logWithMorgan } from '../../../examples/express/log-morgan.ts'
import { logRequests as logWithPino } from '../../../examples/express/log-pino.ts'
import { oktaAuth } from '../src/index.ts'

// The recipes of docs/logs.md.

const PROOF = 'proof.of.possession'
const COOKIE = 'cookie-with-a-token'

/** What is logged about a request with tokens in every place, at a route below a router. */
async function logOf(logger: typeof logWithPino | typeof logWithMorgan, query: string): Promise<string> {
  let log = ''
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log += chunk
      done()
    },
  })
  const app = express()
  app.set('env', 'test')
  app.use(logger(stream), oktaAuth(verifierOptions()))
  app.use(
    '/api',
    express.Router().get('/messages', (_req, res) => {
      res.cookie('session', COOKIE).json({})
    }),
  )
  const token = signToken()
  const headers = {
    ...bearer(token),
    dpop: PROOF,
    cookie: COOKIE,
    referer: `https://app.example/?access_token=${token}`,
  }
  const url = await serve(app)
  await fetch(`${url}/api/messages${query.replace('TOKEN', token)}`, { headers })
  await vi.waitFor(() => expect(log).not.toBe(''))
  for (const secret of [...token.split('.'), PROOF, COOKIE, 'access_token']) expect(log).not.toContain(secret)
  return log
}

describe.each([
  ['with a token in the header', '', 200],
  ['with a token in the query', '?access_token=TOKEN&a=b', 400],
])('a request %s', (_what, query, status) => {
  it('is logged by pino-http without tokens', async () => {
    const line = JSON.parse(await logOf(logWithPino, query))
    expect(line.req).toMatchObject({ method: 'GET', url: '/api/messages' })
    expect(line.req.headers).toMatchObject({ authorization: '[Redacted]', dpop: '[Redacted]' })
    expect(line.res.statusCode).toBe(status)
  })

  it('is logged by morgan without tokens', async () => {
    expect(await logOf(logWithMorgan, query)).toMatch(new RegExp(` GET /api/messages ${status} .*ms\n$`))
  })
})
