import { createSecureServer } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { type AccessTokenVerifier, errorResponse, type RequestLike } from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import oktaAuth from '@okta-resource-server/fastify'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import type { Target } from './requests.ts'

export interface SecureApi extends Target {
  readonly stop: () => Promise<void>
}

/** Asks for a client certificate, and takes any: TLS proves that the client has its key. */
const identity = selfSignedCertificate()
const TLS = { ...identity, requestCert: true, rejectUnauthorized: false } as const

async function listen(server: Server, options: { readonly close: () => unknown }): Promise<SecureApi> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cert: identity.cert,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      options.close()
      await closed
    },
  }
}

async function answer(
  verifier: AccessTokenVerifier,
  request: RequestLike,
  response: { writeHead(status: number, headers?: object): unknown; end(text: string): unknown },
): Promise<void> {
  try {
    await verifier.authenticate(request)
    response.writeHead(200)
    response.end('ok')
  } catch (error) {
    const { status, headers, body } = errorResponse(error)
    response.writeHead(status, headers)
    response.end(JSON.stringify(body))
  }
}

/** APIs over TLS, by name. Those with `http2` in their name also speak HTTP/2. */
export const SERVERS: Readonly<
  Record<string, (verifier: AccessTokenVerifier, tls?: object) => Promise<SecureApi>>
> = {
  'node:https': (verifier, tls) => {
    const server = createServer({ ...TLS, ...tls }, (request, response) => {
      void answer(verifier, request, response)
    })
    return listen(server, { close: () => server.closeAllConnections() })
  },
  'node:http2': (verifier) => {
    const sessions = new Set<{ destroy(): void }>()
    const server = createSecureServer({ ...TLS, allowHTTP1: true }, (request, response) => {
      void answer(verifier, request, response)
    })
    server.on('session', (session) => sessions.add(session))
    return listen(server, {
      close: () => {
        for (const session of sessions) session.destroy()
      },
    })
  },
  Express: (verifier) => {
    const app = express()
    app.set('env', 'test')
    app.use(expressAuth({ verifier }))
    app.get('/', (_req, res) => {
      res.send('ok')
    })
    const server = createServer(TLS, app)
    return listen(server, { close: () => server.closeAllConnections() })
  },
  Hono: (verifier) => {
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.get('/', async (c) => {
      await verifier.authenticate(c.env.incoming)
      return c.text('ok')
    })
    const server = createServer(TLS, getRequestListener(app.fetch))
    return listen(server, { close: () => server.closeAllConnections() })
  },
  Fastify: async (verifier) => {
    const app = fastify({ https: TLS, forceCloseConnections: true })
    await app.register(oktaAuth, { verifier })
    app.get('/', async () => 'ok')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, cert: identity.cert, stop: () => app.close() }
  },
  'Fastify over http2': async (verifier) => {
    const app = fastify({ http2: true, https: { ...TLS, allowHTTP1: true } })
    await app.register(oktaAuth, { verifier: verifier as never })
    app.get('/', async () => 'ok')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, cert: identity.cert, stop: () => app.close() }
  },
}
