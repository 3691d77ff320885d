import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  errorResponse,
  oktaAuth as expressAuth,
  OKTA_ACR,
  requireAuth,
  requireScopes,
} from '@okta-resource-server/express'
import oktaAuth from '@okta-resource-server/fastify'
import express, { type ErrorRequestHandler } from 'express'
import fastify from 'fastify'

/**
 * A protected API: `/messages` requires a scope that the token has, `/admin` requires one that it does not have, and
 * `/transfer` requires that the user has signed in with two factors.
 */
export interface Api {
  readonly name: string
  readonly url: string
  readonly stop: () => Promise<void>
}

interface Protection {
  readonly issuer: string
  readonly audience: string
  readonly scope: string
}

const TWO_FACTORS = { authentication: { acrValues: [OKTA_ACR.twoFactors] } }

/** A scope that no token has. */
const MISSING_SCOPE = 'messages:admin'

/** Without this handler, Express would also print each error. */
const respondWithoutLogging: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status, headers, body } = errorResponse(error)
  res.status(status).set(headers).json(body)
}

export async function startExpress({ issuer, audience, scope }: Protection): Promise<Api> {
  const app = express()
  app.use(expressAuth({ issuer, audience }))
  app.get('/messages', requireScopes(scope), (req, res) => {
    res.json({ reader: req.auth.subject })
  })
  app.get('/admin', requireScopes(MISSING_SCOPE), (_req, res) => {
    res.json({})
  })
  app.get('/transfer', requireAuth(TWO_FACTORS), (_req, res) => {
    res.json({})
  })
  app.use(respondWithoutLogging)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    name: 'Express',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export async function startFastify({ issuer, audience, scope }: Protection): Promise<Api> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(oktaAuth, { issuer, audience })
  app.get('/messages', { config: { auth: { scopes: [scope] } } }, async (request) => ({
    reader: request.auth.subject,
  }))
  app.get('/admin', { config: { auth: { scopes: [MISSING_SCOPE] } } }, async () => ({}))
  app.get('/transfer', { config: { auth: TWO_FACTORS } }, async () => ({}))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { name: 'Fastify', url, stop: () => app.close() }
}
