import { once } from 'node:events'
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import connect, { type NextHandleFunction } from 'connect'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, it, onTestFinished } from 'vitest'
import { oktaAuth, requireScopes } from '../src/index.ts'

type Listener = (req: Http2ServerRequest, res: Http2ServerResponse) => void

/** Sends a GET over HTTP/2, without TLS. */
async function askHttp2(listener: Listener, path: string, headers: OutgoingHttpHeaders = {}) {
  const server = createHttp2Server(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  const stream = session.request({ ':path': path, ...headers })
  const [answer] = await once(stream, 'response')
  stream.resume()
  await once(stream, 'close')
  return answer as Record<string, string | number>
}

/** Lets an app of Express, whose requests and responses extend those of HTTP/1, answer over HTTP/2. */
function overHttp2(express: typeof express5, app: ReturnType<typeof express5>): Listener {
  for (const [name, base] of [
    ['request', Http2ServerRequest],
    ['response', Http2ServerResponse],
  ] as const) {
    const own = Object.create(base.prototype, Object.getOwnPropertyDescriptors(express[name]))
    Object.setPrototypeOf(app[name], own)
  }
  return app as unknown as Listener
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('over HTTP/2, with %s', (_name, express) => {
  function listener(): Listener {
    const app = express()
    app.set('env', 'test')
    app.use(oktaAuth(verifierOptions()))
    app.get('/admin', requireScopes('admin'), (_req, res) => void res.end())
    app.get('/recovered', (_req, res) => void res.end())
    app.use(((error, req, res, next) => {
      if (req.path === '/again') res.writeHead(error.status, { 'content-type': 'text/plain' }).end('no')
      else if (req.path === '/handler') res.status(error.status).json({})
      else next(error)
    }) as express5.ErrorRequestHandler)
    return overHttp2(express, app)
  }

  it.each(['/', '/again', '/handler'])('the headers of a refusal reach the client (%s)', async (path) => {
    const answer = await askHttp2(listener(), path)
    expect(answer[':status']).toBe(401)
    expect(answer['www-authenticate']).toBe('Bearer realm="api"')
    expect(answer['cache-control']).toBe('no-store')
  })

  it('a valid token is accepted, and a missing scope refused', async () => {
    const accepted = await askHttp2(listener(), '/recovered', bearer(signToken()))
    expect(accepted[':status']).toBe(200)
    expect(accepted['www-authenticate']).toBeUndefined()
    const refused = await askHttp2(listener(), '/admin', bearer(signToken()))
    expect(refused[':status']).toBe(403)
    expect(refused['www-authenticate']).toContain('scope="admin"')
  })
})

describe('in connect', () => {
  const app = () => {
    const created = connect()
    created.use(oktaAuth(verifierOptions()) as NextHandleFunction)
    created.use('/admin', requireScopes('admin') as NextHandleFunction)
    created.use((_req, res) => res.end('inside'))
    return created
  }

  it('requests are decided, and refusals have their headers', async () => {
    const url = await serve(app())
    const refused = await fetch(url)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    const headers = bearer(signToken())
    expect(await (await fetch(url, { headers })).text()).toBe('inside')
    expect((await fetch(`${url}/admin`, { headers })).status).toBe(403)
  })
})
