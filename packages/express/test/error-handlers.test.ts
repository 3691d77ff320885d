import { STATUS_CODES } from 'node:http'
import Boom from '@hapi/boom'
import { bearer, signToken, unavailableOptions, verifierOptions } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express5, { type ErrorRequestHandler } from 'express'
import express4 from 'express4'
import createHttpError from 'http-errors'
import { describe, expect, it } from 'vitest'
import { errorResponse, type OktaAuthOptions, oktaAuth, requireScopes } from '../src/index.ts'

/** Error handlers of the kinds that applications have. Each answers with the status of the error. */
const HANDLERS: Readonly<Record<string, ErrorRequestHandler>> = {
  'status and JSON': (error, _req, res, _next) => {
    res.status(error.status).json({ message: error.message })
  },
  sendStatus: (error, _req, res, _next) => {
    res.sendStatus(error.statusCode)
  },
  'writeHead with headers': (error, _req, res, _next) => {
    res.writeHead(error.status, { 'content-type': 'text/plain' }).end('no')
  },
  'writeHead with a reason and a list of headers': (error, _req, res, _next) => {
    res.writeHead(error.status, STATUS_CODES[error.status], ['content-type', 'text/plain']).end('no')
  },
  'a stream': (error, _req, res, _next) => {
    res.statusCode = error.status
    res.write('n')
    res.end('o')
  },
  'a handler that removes all headers': (error, _req, res, _next) => {
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    res.status(error.status).end()
  },
  'an asynchronous handler': async (error, _req, res, _next) => {
    await new Promise((resolve) => setImmediate(resolve))
    res.status(error.status).end()
  },
  errorResponse: (error, _req, res, _next) => {
    const { status, headers, body } = errorResponse(error)
    res.status(status).set(headers).json(body)
  },
  boom: (error, _req, res, _next) => {
    const { output } = Boom.isBoom(error) ? error : Boom.boomify(error, { statusCode: error.status })
    res
      .status(output.statusCode)
      .set(output.headers as Record<string, string>)
      .json(output.payload)
  },
  'http-errors, with an additional header': (error, _req, res, _next) => {
    const wrapped = createHttpError(error.status, error, {
      headers: { 'x-request-id': '1', ...error.headers },
    })
    res
      .status(wrapped.status)
      .set(wrapped.headers ?? {})
      .send(wrapped.message)
  },
  'the handler of Express, behind one that adds a header': (error, _req, _res, next) => {
    error.headers = { ...error.headers, 'x-request-id': '1' }
    next(error)
  },
  'the handler of Express, which gets another error with the same status': (error, _req, _res, next) => {
    next(Object.assign(new Error('refused'), { status: error.status, cause: error }))
  },
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('in %s, the headers of a refusal', (_name, express) => {
  function app(handler?: ErrorRequestHandler, options: OktaAuthOptions = verifierOptions()) {
    const created = express()
    created.set('env', 'test')
    created.use(oktaAuth(options))
    created.get('/admin', requireScopes('admin'), (_req, res) => {
      res.end()
    })
    if (handler !== undefined) created.use(handler)
    return created
  }

  it.each([['the handler of Express', undefined], ...Object.entries(HANDLERS)])(
    'reach the client: %s',
    async (_handler, handler) => {
      const url = await serve(app(handler))
      const missing = await fetch(url)
      expect(missing.status).toBe(401)
      expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
      expect(missing.headers.get('cache-control')).toBe('no-store')

      const forbidden = await fetch(`${url}/admin`, { headers: bearer(signToken()) })
      expect(forbidden.status).toBe(403)
      expect(forbidden.headers.get('www-authenticate')).toMatch(/^Bearer realm="api", .*scope="admin"$/)
      expect(forbidden.headers.get('cache-control')).toBe('no-store')
      for (const { headers } of [missing, forbidden]) expect([...headers].flat()).not.toContain('undefined')

      const down = await fetch(await serve(app(handler, unavailableOptions())), {
        headers: bearer(signToken()),
      })
      expect(down.status).toBe(503)
      expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(down.headers.get('www-authenticate')).toBeNull()
    },
  )

  it('are not sent with another status', async () => {
    const url = await serve(app((_error, _req, res, _next) => void res.status(404).end()))
    const answer = await fetch(url)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.headers.get('cache-control')).toBeNull()
  })

  it('do not replace headers that are there', async () => {
    const url = await serve(
      app((error, _req, res, _next) => {
        res.setHeader('WWW-Authenticate', ['Basic realm="a"', 'Negotiate'])
        res.status(error.status).set('Cache-Control', 'private').end()
      }),
    )
    const answer = await fetch(url)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="a", Negotiate')
    expect(answer.headers.get('cache-control')).toBe('private')
  })

  it('are not left behind by a handler that lets the request go on', async () => {
    const created = app((_error, _req, _res, next) => next())
    created.get('/', (_req, res) => void res.send('public'))
    const answer = await fetch(await serve(created))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.headers.get('cache-control')).toBeNull()
  })

  it('are not left behind when another verifier accepts the request, even if a later response has the same status', async () => {
    const created = express()
    const recover: ErrorRequestHandler = (_error, _req, _res, next) => next()
    created.use(oktaAuth({ ...verifierOptions(), audience: 'api://other' }), recover)
    created.use(oktaAuth(verifierOptions()))
    created.get('/own', (_req, res) => void res.status(401).end())
    created.use('/guards', requireScopes('admin'), recover, requireScopes('messages:read'))
    created.get('/guards', (_req, res) => void res.status(403).end())
    const url = await serve(created)
    for (const [path, status] of [
      ['/own', 401],
      ['/guards', 403],
    ] as const) {
      const answer = await fetch(url + path, { headers: bearer(signToken()) })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('www-authenticate')).toBeNull()
    }
  })

  it('are those of the last refusal', async () => {
    const created = express()
    const recover: ErrorRequestHandler = (_error, _req, _res, next) => next()
    created.use(oktaAuth({ ...verifierOptions(), realm: 'first' }), recover)
    created.use(oktaAuth({ ...verifierOptions(), realm: 'second' }))
    created.use(HANDLERS['status and JSON'] as ErrorRequestHandler)
    const answer = await fetch(await serve(created))
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="second"')
  })

  it('are not added to an error of the application', async () => {
    const created = app()
    created.use(HANDLERS['status and JSON'] as ErrorRequestHandler)
    const url = await serve(
      express()
        .set('env', 'test')
        .use(oktaAuth(verifierOptions()), (_req, _res, next) =>
          next(Object.assign(new Error('no'), { status: 401 })),
        ),
    )
    const answer = await fetch(url, { headers: bearer(signToken()) })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })
})
