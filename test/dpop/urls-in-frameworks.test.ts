import { once } from 'node:events'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type AccessTokenVerifierOptions, errorResponse } from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import fastifyAuth from '@okta-resource-server/fastify'
import express from 'express'
import createExpress4 from 'express4'
import fastify, { type FastifyServerOptions } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { listen } from '../contract/adapter.ts'
import { ask } from '../contract/ask.ts'
import {
  boundToken,
  EXTERNAL,
  linesFor,
  opened,
  proofFor,
  started,
  stopStarted,
  verifierWith,
} from './support.ts'

afterEach(stopStarted)

const forwarded = (host: string, proto = 'https'): string[] => [
  ...['X-Forwarded-Host', host],
  ...['X-Forwarded-Proto', proto],
]

describe.each([
  ['Express 5', express],
  ['Express 4', createExpress4 as unknown as typeof express],
] as const)('%s', (_name, create) => {
  const start = (trustProxy?: unknown, dpop?: AccessTokenVerifierOptions['dpop']) => {
    const app = create()
    app.set('env', 'test')
    if (trustProxy !== undefined) app.set('trust proxy', trustProxy)
    const router = create.Router()
    router.use(expressAuth({ verifier: verifierWith(dpop) }))
    router.get('/messages', (_req, res) => void res.json({}))
    app.use('/v1', router)
    return opened(listen(app, { verifier: undefined as never }))
  }

  test('a mounted router compares the proof with the whole path', async () => {
    const url = await start()

    expect((await ask(`${url}/v1/messages?a=b`, linesFor(`${url}/v1/messages`))).status).toBe(200)
    expect((await ask(`${url}/v1/messages`, linesFor(`${url}/messages`))).status).toBe(401)
  })

  test('forwarded headers count if the proxy is trusted, with the port', async () => {
    const deprecations: unknown[] = []
    const note = (deprecation: unknown): void => void deprecations.push(deprecation)
    process.on('deprecation', note)
    started.push(async () => process.off('deprecation', note))
    const url = await start('loopback')
    const send = async (htu: string, lines: string[]) =>
      (await ask(`${url}/v1/messages`, [...linesFor(htu), ...lines])).status

    expect(await send(`${EXTERNAL}/v1/messages`, forwarded('api.example.com'))).toBe(200)
    expect(await send(`${EXTERNAL}:8443/v1/messages`, forwarded('api.example.com:8443'))).toBe(200)
    expect(await send(`${url.replace('http:', 'https:')}/v1/messages`, ['X-Forwarded-Proto', 'https'])).toBe(
      200,
    )
    expect(await send(`${url}/v1/messages`, forwarded('api.example.com'))).toBe(401)
    expect(await send(`${url}/v1/messages`, [])).toBe(200)
    expect(deprecations).toEqual([])
  })

  test.each([undefined, '10.0.0.1'])(
    'forwarded headers do not count if trust proxy is %s',
    async (trustProxy) => {
      const url = await start(trustProxy)
      const send = async (htu: string) =>
        (await ask(`${url}/v1/messages`, [...linesFor(htu), ...forwarded('api.example.com')])).status

      expect(await send(`${EXTERNAL}/v1/messages`)).toBe(401)
      expect(await send(`${url}/v1/messages`)).toBe(200)
    },
  )

  test('a second middleware on the same request does not see a replay', async () => {
    const app = create()
    app.set('env', 'test')
    const verifier = verifierWith()
    app.use(expressAuth({ verifier }))
    app.use('/a', expressAuth({ verifier }))
    app.get('/a/b', expressAuth({ verifier }), (_req, res) => void res.json({}))
    const url = await opened(listen(app, { verifier }))

    expect((await ask(`${url}/a/b`, linesFor(`${url}/a/b`))).status).toBe(200)
  })
})

describe('Fastify', () => {
  const start = async (options: FastifyServerOptions = {}) => {
    const app = fastify({ forceCloseConnections: true, ...options })
    await app.register(fastifyAuth, { verifier: verifierWith() })
    await app.register(async (inner) => void inner.get('/messages', async () => ({})), { prefix: '/v1' })
    started.push(() => app.close())
    return app.listen({ port: 0, host: '127.0.0.1' })
  }

  test('a prefix is part of the path', async () => {
    const url = await start()

    expect((await ask(`${url}/v1/messages?a=b`, linesFor(`${url}/v1/messages`))).status).toBe(200)
    expect((await ask(`${url}/v1/messages`, linesFor(`${url}/messages`))).status).toBe(401)
  })

  test('rewriteUrl does not change the URL that the proof is compared with', async () => {
    const url = await start({ rewriteUrl: ({ url = '/' }) => url.replace('/old/', '/v1/') })

    expect((await ask(`${url}/old/messages?a`, linesFor(`${url}/old/messages`))).status).toBe(200)
    expect((await ask(`${url}/old/messages`, linesFor(`${url}/v1/messages`))).status).toBe(401)
  })

  test.each([
    [true, 200, 401],
    ['10.0.0.1', 401, 200],
    [undefined, 401, 200],
  ])('forwarded headers with trustProxy %s: %i, else %i', async (trustProxy, external, own) => {
    const url = await start({ ...(trustProxy !== undefined && { trustProxy }) })
    const send = async (htu: string) =>
      (await ask(`${url}/v1/messages`, [...linesFor(htu), ...forwarded('api.example.com')])).status

    expect(await send(`${EXTERNAL}/v1/messages`)).toBe(external)
    expect(await send(`${url}/v1/messages`)).toBe(own)
  })

  test('HTTP/2 names the host in :authority', async () => {
    const app = fastify({ http2: true, forceCloseConnections: true } as never)
    await app.register(fastifyAuth, { verifier: verifierWith() })
    app.get('/messages', async () => ({}))
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    started.push(() => app.close())

    expect(await askHttp2(url, '/messages?a=b', `${url}/messages`)).toBe(200)
    expect(await askHttp2(url, '/messages', `${EXTERNAL}/messages`)).toBe(401)
  })
})

/** The status of the response to a GET over HTTP/2. */
async function askHttp2(url: string, path: string, htu: string): Promise<number> {
  const session = connect(url)
  const headers = { ':path': path, authorization: `DPoP ${boundToken}`, dpop: proofFor(htu) }
  const stream = session.request(headers)
  const [response] = (await once(stream, 'response')) as [{ ':status': number }]
  session.close()
  stream.resume()
  return response[':status']
}

test('node:http2: the host is in :authority', async () => {
  const verifier = verifierWith()
  const server = createHttp2Server((request, response) => {
    verifier.authenticate(request).then(
      () => response.end('{}'),
      (error) => response.writeHead(errorResponse(error).status).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  started.push(async () => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  expect(await askHttp2(url, '/messages?a=b', `${url}/messages`)).toBe(200)
  expect(await askHttp2(url, '/messages', `${EXTERNAL}/messages`)).toBe(401)
})
