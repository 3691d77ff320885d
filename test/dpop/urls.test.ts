import { once } from 'node:events'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  errorResponse,
} from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import fastifyAuth from '@okta-resource-server/fastify'
import express from 'express'
import createExpress4 from 'express4'
import fastify, { type FastifyServerOptions } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { type Api, listen } from '../contract/adapter.ts'
import { APIS } from '../contract/apis.ts'
import { ask, askBare } from '../contract/ask.ts'
import { boundToken, linesFor, OPTIONS, proofFor } from './support.ts'

const EXTERNAL = 'https://api.example.com'
const started: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((stop) => stop()))
})

function verifierWith(dpop?: AccessTokenVerifierOptions['dpop']) {
  const verifier = createAccessTokenVerifier({ ...OPTIONS, ...(dpop && { dpop }) })
  started.push(async () => verifier.close())
  return verifier
}

async function opened(api: Api | Promise<Api>): Promise<string> {
  const { url, stop } = await api
  started.push(stop)
  return url
}

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

test('a Fetch request is compared with its own URL', async () => {
  const verifier = verifierWith()
  const request = (htu: string): Request =>
    new Request(`${EXTERNAL}/messages?a=b`, {
      headers: { authorization: `DPoP ${boundToken}`, dpop: proofFor(htu) },
    })

  await expect(verifier.authenticate(request(`${EXTERNAL}/messages`))).resolves.toHaveProperty('confirmation')
  await expect(verifier.authenticate(request(`${EXTERNAL}/`))).rejects.toHaveProperty(
    'code',
    'proof_url_mismatch',
  )
})

describe.each(Object.entries(APIS))('%s', (_name, { start }) => {
  const open = (dpop?: AccessTokenVerifierOptions['dpop']) => opened(start({ verifier: verifierWith(dpop) }))
  const statusOf = (answer: string): string => answer.split(' ', 2)[1] as string

  test('externalUrl replaces scheme, host and port, and adds its path', async () => {
    const url = await open({ externalUrl: `${EXTERNAL}/svc1/` })
    const send = async (htu: string) => (await ask(`${url}/any?a=b`, linesFor(htu))).status

    expect(await send(`${EXTERNAL}/svc1/any`)).toBe(200)
    expect(await send(`${EXTERNAL}/any`)).toBe(401)
    expect(await send(`${url}/any`)).toBe(401)
  })

  test('externalUrl as a function gets the request of the server', async () => {
    // Node's request, or the Request of Fetch, whose URL is complete.
    const externalUrl = ({ headers, url }: { headers: Record<string, string> | Headers; url: string }) => {
      if (!(headers instanceof Headers)) return `${EXTERNAL}${headers['x-prefix']}${url}`
      const { pathname, search } = new URL(url)
      return `${EXTERNAL}${headers.get('x-prefix')}${pathname}${search}`
    }
    const url = await open({ externalUrl: externalUrl as never })
    const lines = [...linesFor(`${EXTERNAL}/svc1/any`), 'X-Prefix', '/svc1']

    expect((await ask(`${url}/any?a=b`, lines)).status).toBe(200)
  })

  test('an absolute-form target replaces the Host header, but not what is configured', async () => {
    const [plain, configured] = [await open(), await open({ externalUrl: EXTERNAL })]
    const target = 'http://other.example/any?a=b'

    expect(statusOf(await askBare(plain, target, linesFor('http://other.example/any')))).toBe('200')
    expect(statusOf(await askBare(plain, target, linesFor(`${plain}/any`)))).toBe('401')
    expect(statusOf(await askBare(configured, target, linesFor('http://other.example/any')))).toBe('401')
    expect(statusOf(await askBare(configured, target, linesFor(`${EXTERNAL}/any`)))).toBe('200')
  })

  test.each([
    ['/any?x', '/%61ny'],
    ['/%61ny', '/any'],
    ['/%61ny?x', '/an%79'],
    ['/any', '/x/../any'],
  ])('percent-encoding and dot segments do not matter: %s and %s', async (path, htu) => {
    const url = await open()

    // Express has no route for an encoded path, so that the answer of an accepted request may be 404.
    expect((await ask(url + path, linesFor(url + htu))).status).not.toBe(401)
  })

  test('HEAD and GET are different methods', async () => {
    const url = await open()
    const send = async (htm: string) =>
      (await ask(`${url}/any`, linesFor(`${url}/any`, { htm }), { method: 'HEAD' })).status

    expect([await send('HEAD'), await send('GET')]).toEqual([200, 401])
  })

  test.each([
    ['in two headers', (proof: string) => ['DPoP', proof, 'dpop', proofFor('http://a.example/')]],
    ['in one header, joined by a comma', (proof: string) => ['DPoP', `${proof},${proof}`]],
    ['in no header', () => []],
    ['in an empty header', () => ['DPoP', '']],
    ['of 20 KB', (proof: string) => ['DPoP', proof + 'A'.repeat(20_000)]],
    ['in another header', (proof: string) => ['X-DPoP', proof]],
    [
      'and the token in Proxy-Authorization',
      (proof: string) => ['Proxy-Authorization', `DPoP ${boundToken}`, 'DPoP', proof],
    ],
  ])('a proof %s is refused', async (title, lines) => {
    const url = await open()
    const token = title.includes('Proxy') ? [] : ['Authorization', `DPoP ${boundToken}`]
    const { status, headers } = await ask(`${url}/any`, [...token, ...lines(proofFor(`${url}/any`))])

    expect(status).toBe(401)
    if (token.length > 0)
      expect(headers['www-authenticate']).toMatch(/DPoP realm="api", error="invalid_dpop_proof"/)
    else expect(headers['www-authenticate']).toBe('Bearer realm="api"')
  })

  test('a proof is accepted once, also if it is sent many times at once', async () => {
    const url = await open()
    const lines = linesFor(`${url}/any`)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/any`, lines)))
    const statuses = answers.map(({ status }) => status).sort()

    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 401)])
  })
})
