import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  errorResponse,
  hasNoCredentials,
  type Requirements,
} from '@okta-resource-server/core'
import {
  oktaAuth as expressAuth,
  requireAnyScope,
  requireClaims,
  requireScopes,
} from '@okta-resource-server/express'
import oktaAuth from '@okta-resource-server/fastify'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'

/** A protected API under test. */
export interface Api {
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface ApiSettings {
  /** Bytes of all header lines that Node takes; larger than its own limit unless set. */
  readonly maxHeaderSize?: number
  /** Whether the frameworks log, as they do in production; they are kept from it unless set. */
  readonly logs?: boolean
}

export type StartApi = (verifier: AccessTokenVerifier, settings?: ApiSettings) => Promise<Api>

/** What each API offers, and what it asks. Each answers a valid request with the subject and scopes. */
export const ROUTES: Readonly<Record<string, Requirements>> = {
  '/any': {},
  '/messages': { scopes: ['messages:read'] },
  '/both': { scopes: ['messages:read', 'messages:write'] },
  '/either': { anyScope: ['messages:write', 'messages:read'] },
  '/admin': { scopes: ['messages:admin'] },
  '/version': { claims: { ver: 1 } },
  '/tenant': { claims: { tenant: ['a', 'b'] } },
}

/** Larger than Node's own limit, so that it is the library that refuses a token for its size. */
const LARGE_HEADERS = 65_536

async function listening(
  listener: RequestListener,
  { maxHeaderSize = LARGE_HEADERS }: ApiSettings,
): Promise<Api> {
  const server: Server = createServer({ maxHeaderSize }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Express of either version, its own error handler answering; it prints each refusal where it is to log. */
function startExpress(create: typeof express): StartApi {
  return (verifier, settings = {}) => {
    const app = create()
    if (settings.logs !== true) app.set('env', 'test')
    app.get('/optional', expressAuth({ verifier, credentials: 'optional' }), (req, res) => {
      res.json({ subject: (req.auth as typeof req.auth | undefined)?.subject ?? null })
    })
    app.use(create.urlencoded({ extended: false }))
    app.use(expressAuth({ verifier }))
    for (const [path, { scopes, anyScope, claims }] of Object.entries(ROUTES)) {
      const guards = [
        ...(scopes ? [requireScopes(...scopes)] : []),
        ...(anyScope ? [requireAnyScope(...anyScope)] : []),
        ...(claims ? [requireClaims(claims)] : []),
      ]
      app.all(path, ...guards, (req, res) => {
        res.json({ subject: req.auth.subject, scopes: req.auth.scopes })
      })
    }
    return listening(app, settings)
  }
}

const fastifyOptions = ({ maxHeaderSize = LARGE_HEADERS, logs = false }: ApiSettings) => ({
  forceCloseConnections: true,
  http: { maxHeaderSize },
  logger: logs && { level: 'trace' },
})

const startFastify: StartApi = async (verifier, settings = {}) => {
  const app = fastify(fastifyOptions(settings))
  await app.register(oktaAuth, { verifier })
  app.get('/optional', { config: { auth: { credentials: 'optional' } } }, async (request) => ({
    subject: (request.auth as typeof request.auth | null)?.subject ?? null,
  }))
  for (const [path, auth] of Object.entries(ROUTES)) {
    app.get(path, { config: { auth } }, async ({ auth: { subject, scopes } }) => ({ subject, scopes }))
  }
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, stop: () => app.close() }
}

/** Fastify the other way: open unless a route asks. */
const startFastifyLocal: StartApi = async (verifier, settings = {}) => {
  const app = fastify(fastifyOptions(settings))
  await app.register(oktaAuth, { verifier, global: false })
  app.get('/optional', { onRequest: app.requireAuth({ credentials: 'optional' }) }, async (request) => ({
    subject: (request.auth as typeof request.auth | null)?.subject ?? null,
  }))
  for (const [path, requirements] of Object.entries(ROUTES)) {
    app.get(path, { onRequest: app.requireAuth(requirements) }, async ({ auth: { subject, scopes } }) => ({
      subject,
      scopes,
    }))
  }
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, stop: () => app.close() }
}

const startNodeHttp: StartApi = (verifier, settings = {}) =>
  listening(async (request, response) => {
    const path = new URL(request.url as string, 'http://localhost').pathname
    try {
      const { subject, scopes } = await verifier.authenticate(request, ROUTES[path] ?? {})
      response.end(JSON.stringify({ subject, scopes }))
    } catch (error) {
      if (path === '/optional' && hasNoCredentials(error)) {
        response.end('{"subject":null}')
        return
      }
      const { status, headers, body } = errorResponse(error)
      if (settings.logs === true) console.error(error)
      response.writeHead(status, headers).end(body)
    }
  }, settings)

/** Every way in which the library is used. */
export const APIS: Readonly<Record<string, StartApi>> = {
  'Express 5': startExpress(express),
  'Express 4': startExpress(express4 as unknown as typeof express),
  'Fastify, global': startFastify,
  'Fastify, global: false': startFastifyLocal,
  'node:http': startNodeHttp,
}

/** Starts each API on a verifier of its own. */
export async function startApis(
  options: AccessTokenVerifierOptions,
  settings: ApiSettings = {},
): Promise<{
  apis: readonly (Api & { name: string; verifier: AccessTokenVerifier })[]
  stop: () => Promise<void>
}> {
  const apis = await Promise.all(
    Object.entries(APIS).map(async ([name, start]) => {
      const verifier = createAccessTokenVerifier(options)
      return { name, verifier, ...(await start(verifier, settings)) }
    }),
  )
  const stop = async (): Promise<void> => {
    for (const { verifier } of apis) verifier.close()
    await Promise.all(apis.map((api) => api.stop()))
  }
  return { apis, stop }
}
