import cors from '@fastify/cors'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import fastify from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { createAccessTokenVerifier, oktaAuth, protectedResourceMetadata } from '../src/index.ts'
import { closeApps, create, get, protectedApp } from './apps.ts'

const API = 'https://api.example.com/v1'
const PATH = '/.well-known/oauth-protected-resource/v1'
const NAMED = `resource_metadata="https://api.example.com${PATH}"`
const options = { ...verifierOptions(), resource: { resource: API, scopes: ['messages:read'] } }
const document = {
  resource: API,
  authorization_servers: [options.issuer],
  bearer_methods_supported: ['header'],
  scopes_supported: ['messages:read'],
}

afterEach(closeApps)

it('the plugin for the metadata alone supports the same versions of Fastify as the other plugin', () => {
  const versions = [oktaAuth, protectedResourceMetadata].map(
    (plugin) =>
      (plugin as unknown as Record<symbol, { fastify: string }>)[Symbol.for('plugin-meta')]?.fastify,
  )
  expect(versions[1]).toBe(versions[0])
})

it('the plugin serves the document to requests without a token, with a bad one and with a good one [PRM-01] [PRM-06]', async () => {
  const app = protectedApp(options)
  for (const headers of [{ host: 'evil.example' }, bearer('a.b.c'), bearer(signToken())]) {
    for (const path of [PATH, `${PATH}/`, `${PATH}?a=b`]) {
      const response = await get(app, path, { headers })
      expect(response.statusCode).toBe(200)
      expect(response.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'public, max-age=3600',
        'access-control-allow-origin': '*',
      })
      expect(response.json()).toEqual(document)
    }
  }
})

it('the plugin serves it over a socket to GET, HEAD and preflight requests, and to no other method', async () => {
  const app = protectedApp(options)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  expect(await (await fetch(`${url}${PATH}`)).json()).toEqual(document)
  const head = await fetch(`${url}${PATH}`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('content-length')).toBe(String(JSON.stringify(document).length))
  const preflight = await fetch(`${url}${PATH}`, { method: 'OPTIONS' })
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, '*'])
  for (const method of ['POST', 'PUT', 'DELETE']) {
    expect((await fetch(`${url}${PATH}`, { method })).status).toBe(401)
  }
})

it('the plugin opens no other path', async () => {
  const app = protectedApp(options)
  for (const path of [
    '/me',
    '/unknown',
    `${PATH}/me`,
    '/.well-known/oauth-protected-resource',
    `/v1${PATH}`,
  ]) {
    const response = await get(app, path)
    expect(response.statusCode).toBe(401)
    expect(response.headers['access-control-allow-origin']).toBeUndefined()
  }
})

it('every 401 and 403 names the document [PRM-05] [MCP-02]', async () => {
  const app = protectedApp(options)
  const answers = [
    await get(app, '/me'),
    await get(app, '/me', { headers: bearer('a.b.c') }),
    await get(app, '/admin', { headers: bearer(signToken()) }),
  ]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 403])
  for (const { headers } of answers) expect(headers['www-authenticate']).toContain(NAMED)
})

it('the document is open to every origin where @fastify/cors allows one only', async () => {
  const app = create()
  await app.register(cors, { origin: 'https://app.example' })
  await app.register(oktaAuth, options)
  const response = await get(app, PATH, { headers: { origin: 'https://other.example' } })
  expect(response.headers['access-control-allow-origin']).toBe('*')
})

it.each([
  ['global: false', { ...options, global: false }],
  ["credentials: 'optional'", { ...options, credentials: 'optional' as const }],
])('the plugin serves it with %s', async (_what, given) => {
  expect((await get(protectedApp(given), PATH)).json()).toEqual(document)
})

it('the path is compared before rewriteUrl changes it', async () => {
  const app = fastify({ rewriteUrl: (request) => request.url?.replace('/.well-known', '/elsewhere') ?? '/' })
  await app.register(oktaAuth, options)
  expect((await get(app, PATH)).json()).toEqual(document)
  await app.close()
})

it('protectedResourceMetadata serves it where the plugin has a prefix', async () => {
  const app = create()
  const verifier = createAccessTokenVerifier(options)
  await app.register(protectedResourceMetadata, { verifier })
  await app.register(
    async (api) => {
      await api.register(oktaAuth, { verifier })
      api.get('/messages', async () => [])
    },
    { prefix: '/v1' },
  )
  expect((await get(app, PATH)).json()).toEqual(document)
  expect((await get(app, `/v1${PATH}`)).statusCode).toBe(404)
  expect((await get(app, '/v1/messages')).headers['www-authenticate']).toContain(NAMED)
  expect((await get(app, '/open')).statusCode).toBe(404)
})

it('protectedResourceMetadata accepts the options of the plugin', async () => {
  const app = create()
  await app.register(protectedResourceMetadata, { ...options, global: false, credentials: 'optional' })
  expect((await get(app, PATH)).json()).toEqual(document)
})

it('protectedResourceMetadata without the option resource is a configuration error', async () => {
  const app = create()
  const registered = app.register(protectedResourceMetadata, verifierOptions())
  await expect(registered).rejects.toMatchObject({ code: 'option_missing', option: 'resource' })
})
