import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { connect as connectTo, type Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { EXAMPLES, programOf } from './program.ts'
import { bearer, listen, openSetting } from './setting.ts'

const { authorizationServer, token, withoutScope, expiringIn } = await openSetting()
const { app: express } = await import('./express/app.ts')
const { app: fastify } = await import('./fastify/app.ts')
const { server } = await import('./node-http/app.ts')
const nestjs = await (await import('./nestjs/app.ts')).createApp()
await nestjs.listen(0, '127.0.0.1')
const urls = new Map([
  ['express', await listen(createServer(express as RequestListener))],
  ['fastify', await fastify.listen({ port: 0, host: '127.0.0.1' })],
  ['node-http', await listen(server)],
  ['nestjs', await nestjs.getUrl()],
])
const closing: (() => unknown)[] = [() => fastify.close(), () => nestjs.close()]

afterAll(async () => {
  for (const close of closing) await close()
})

describe.each(EXAMPLES)('the example %s', (name) => {
  const get = (path: string, value?: string) => fetch(`${urls.get(name)}${path}`, { headers: bearer(value) })

  it('is not ready before the keys are fetched, and ready after the first token', async () => {
    expect((await get('/health')).status).toBe(503)
    expect((await get('/profile', token)).status).toBe(200)
    const health = await get('/health')
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({
      ready: true,
      issuers: [{ issuer: authorizationServer.issuer }],
    })
  })

  it('returns the profile for any valid token, but the messages only for a token with the scope', async () => {
    expect(await (await get('/profile', token)).json()).toMatchObject({ scopes: ['openid', 'messages:read'] })
    expect((await get('/messages', token)).status).toBe(200)
    const refused = await get('/messages', withoutScope)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="messages:read"')
  })

  it('rejects a missing, a forged and an expired token', async () => {
    const forged = await authorizationServer.issueToken({ key: 'stranger' })
    for (const value of [undefined, forged, await expiringIn(-3600)]) {
      const refused = await get('/profile', value)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    // Nest calls no guards for unknown routes.
    expect((await get('/unknown')).status).toBe(name === 'nestjs' ? 404 : 401)
    expect((await get('/unknown', token)).status).toBe(404)
  })

  it('listens if its server.ts is started', async () => {
    const child = spawn(process.execPath, programOf(name), {
      env: { ...process.env, NODE_ENV: 'production', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    closing.push(() => child.kill())
    const port = await new Promise<string>((resolve, reject) => {
      let output = ''
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`The example exited with ${code}: ${output}`)))
      child.stdout.on('data', (chunk) => {
        output += chunk
        const found = /(?:port: |http:\/\/\S+:)(\d+)/.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    expect((await fetch(`http://localhost:${port}/messages`)).status).toBe(401)
    expect((await fetch(`http://localhost:${port}/messages`, { headers: bearer(token) })).status).toBe(200)
  })
})

describe('an upgrade request to the example node-http', () => {
  const upgrade = (authorization: string) =>
    new Promise<string>((resolve, reject) => {
      const { port, hostname } = new URL(urls.get('node-http') as string)
      const socket = connectTo(Number(port), hostname)
      let answer = ''
      socket.on('error', reject).on('data', (chunk) => {
        answer += chunk
      })
      socket.on('close', () => resolve(answer))
      socket.write(
        `GET / HTTP/1.1\r\nHost: a\r\n${authorization}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      )
    })

  it('is rejected with status and challenge if it has no token', async () => {
    const answer = await upgrade('')
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
    expect(answer).toMatch(/\r\nwww-authenticate: Bearer/)
  })

  it('is accepted with a valid token', async () => {
    expect(await upgrade(`Authorization: Bearer ${token}\r\n`)).toMatch(/^HTTP\/1\.1 501 /)
  })
})

it('the example corporate-proxy fetches metadata and keys through the proxy', async () => {
  const { verifierThroughProxy } = await import('./node-http/corporate-proxy.ts')
  let proxied = 0
  const proxy = createServer((request, response) => {
    proxied++
    fetch(request.url as string).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(await answer.text())
    })
  })
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    proxied++
    const { port, hostname } = new URL(`http://${request.url}`)
    const target = connectTo(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(target).pipe(socket)
    })
    for (const end of [socket, target]) end.on('error', () => end.destroy())
  })
  const { issuer, audience } = authorizationServer
  const verifier = verifierThroughProxy(await listen(proxy), { issuer, audience })
  expect((await verifier.verify(token)).issuer).toBe(issuer)
  expect(proxied).toBeGreaterThan(0)
  verifier.close()
})
