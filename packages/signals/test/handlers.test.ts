import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryRevocationStore } from '@okta-resource-server/core'
import express, { type RequestHandler } from 'express'
import fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { expressHandler, fastifySignals, fetchHandler, type PushReceiver } from '../src/index.ts'
import {
  AUTHORIZATION,
  listedStore,
  logoutReceiver,
  okta,
  SET_HEADERS,
  signalReceiver,
  useOkta,
} from './support/setting.ts'

useOkta()

interface Running {
  readonly url: string
  readonly close: () => unknown
}
type Start = (receiver: PushReceiver) => Promise<Running>

const running: Running[] = []
afterEach(async () => {
  for (const { close } of running.splice(0)) await close()
})

async function listening(listener: Parameters<typeof createServer>[1]): Promise<Running> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

const withParsers =
  (...parsers: readonly RequestHandler[]): Start =>
  async (receiver) => {
    const app = express()
    for (const parser of parsers) app.use(parser)
    app.post('/signals', expressHandler(receiver))
    return listening(app)
  }

const SERVERS: readonly (readonly [string, Start])[] = [
  ['Express', withParsers()],
  ['Express behind express.json()', withParsers(express.json())],
  ['Express behind express.text()', withParsers(express.text({ type: '*/*', limit: '1mb' }))],
  ['Express behind express.raw()', withParsers(express.raw({ type: '*/*', limit: '1mb' }))],
  ['node:http', (receiver) => listening(expressHandler(receiver))],
  [
    'Fastify',
    async (receiver) => {
      const app = fastify()
      await app.register(fastifySignals, { receiver, url: '/signals' })
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, close: () => app.close() }
    },
  ],
  [
    'Fetch',
    (receiver) => {
      const handler = fetchHandler(receiver)
      return listening(async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        const { method = '', headers } = request
        const answer = await handler(
          new Request('http://api/signals', {
            method,
            headers: headers as Record<string, string>,
            body: method === 'POST' && chunks.length > 0 ? Buffer.concat(chunks) : null,
          }),
        )
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
      })
    },
  ],
]

describe.each(SERVERS)('the handler for %s', (_, start) => {
  async function post(
    receiver: PushReceiver,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    const server = await start(receiver)
    running.push(server)
    return fetch(`${server.url}/signals`, { method: 'POST', headers, body: body ?? null })
  }

  it('passes on an event, and its answer', async () => {
    const store = listedStore()
    const response = await post(signalReceiver({ store }), await okta.sessionRevoked('00u1ada'), SET_HEADERS)
    expect(response.status).toBe(202)
    expect(await response.text()).toBe('')
    expect(store.written).toMatchObject([{ uid: '00u1ada' }])
  })

  it('passes on a refusal with its headers', async () => {
    const response = await post(signalReceiver(), 'rubbish', SET_HEADERS)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-language')).toBe('en')
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toMatchObject({ err: 'invalid_request' })
  })

  it('refuses wrong credentials, an empty body and one that is too large', async () => {
    const wrong = { ...SET_HEADERS, authorization: 'Bearer another-secret-of-it' }
    expect((await post(signalReceiver(), 'a'.repeat(70_000), wrong)).status).toBe(400)
    expect((await post(signalReceiver(), undefined, SET_HEADERS)).status).toBe(400)
    const answer = await post(signalReceiver(), 'a'.repeat(70_000), SET_HEADERS)
    expect(await answer.json()).toMatchObject({ description: 'The body is too large' })
  })

  it('passes on a Universal Logout request', async () => {
    const store = listedStore()
    const headers = {
      authorization: `Bearer ${await okta.logoutToken()}`,
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ sub_id: { format: 'iss_sub', iss: okta.issuer, sub: '00u1ada' } })
    const response = await post(logoutReceiver({ store }), body, headers)
    expect(response.status).toBe(204)
    expect(store.written).toMatchObject([{ uid: '00u1ada' }])
  })
})

describe.each(SERVERS.filter(([name]) => name !== 'Fetch' && !/text|raw/.test(name)))(
  'the handler for %s',
  (_, start) => {
    it('stops to read a body without length once it is too large', async () => {
      const server = await start(signalReceiver())
      running.push(server)
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const request = httpRequest(`${server.url}/signals`, { method: 'POST', headers: SET_HEADERS })
        request.on('response', (response) => {
          resolve(response.statusCode)
          request.destroy()
        })
        request.on('error', reject)
        // Never ended: the answer comes all the same.
        request.write('a'.repeat(70_000))
      })
      expect(status).toBe(400)
    })
  },
)

describe('the Fastify plugin', () => {
  it('leaves the parsers of the application alone, and needs no access token behind a hook for all routes', async () => {
    const app = fastify()
    app.addHook('onRequest', async (request, reply) => {
      const { auth } = request.routeOptions.config as { auth?: unknown }
      if (auth !== false) await reply.code(401).send()
    })
    await app.register(fastifySignals, { receiver: signalReceiver(), url: '/signals' })
    app.post('/json', { config: { auth: false } as object }, async (request) => request.body)
    const event = {
      method: 'POST',
      url: '/signals',
      headers: SET_HEADERS,
      payload: await okta.verification(),
    } as const
    expect((await app.inject(event)).statusCode).toBe(202)
    const json = { method: 'POST', url: '/json', payload: { a: 1 } } as const
    expect((await app.inject(json)).json()).toEqual({ a: 1 })
    await app.close()
  })

  it.each([{}, { receiver: {}, url: '/signals' }, { receiver: { receive: () => {} } }])(
    'refuses the options %j',
    async (options) => {
      const app = fastify()
      app.register(fastifySignals, options as never)
      await expect(app.ready()).rejects.toMatchObject({ name: 'ConfigurationError' })
    },
  )
})

it.each([
  ['expressHandler', expressHandler],
  ['fetchHandler', fetchHandler],
])('%s refuses what is no receiver', (_, handler) => {
  for (const receiver of [undefined, {}, memoryRevocationStore(), AUTHORIZATION]) {
    expect(() => handler(receiver as never)).toThrow(/receiver must be/)
  }
})
