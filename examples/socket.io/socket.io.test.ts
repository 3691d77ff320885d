import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { io as connect, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { afterAll, expect, it } from 'vitest'
import { bearer, listen, openSetting } from '../setting.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { io, verifier } = await import('./app.ts')
const server = createServer()
io.attach(server)
const url = await listen(server)
const sockets: Socket[] = []
afterAll(() => {
  for (const socket of sockets) socket.close()
  return io.close()
})

type Options = Partial<ManagerOptions & SocketOptions>

function client(options: Options): Socket {
  const socket = connect(url, { forceNew: true, reconnection: false, ...options })
  sockets.push(socket)
  return socket
}

/** Resolves with `connected`, or with what the client learns about the refusal. */
const outcome = (socket: Socket) =>
  new Promise((resolve) => {
    socket.on('connect', () => resolve('connected'))
    socket.on('connect_error', (error) => resolve((error as Error & { data: unknown }).data))
  })

it.each<[string, Options]>([
  ['in the handshake', { auth: { token } }],
  ['in the handshake, by WebSocket', { auth: { token }, transports: ['websocket'] }],
  ['in the Authorization header', { extraHeaders: bearer(token) }],
])('the example socket.io accepts a valid token %s', async (_title, options) => {
  const socket = client(options)
  expect(await outcome(socket)).toBe('connected')
  expect(await socket.emitWithAck('read')).toEqual([{ to: expect.any(String), text: 'Hello' }])
})

it('the example socket.io sends status, headers and body of a refusal to the client', async () => {
  expect(await outcome(client({}))).toEqual({
    status: 401,
    headers: expect.objectContaining({ 'www-authenticate': 'Bearer realm="api"' }),
    body: { message: 'Unauthorized' },
  })
  expect(await outcome(client({ auth: { token: await expiringIn(-60) } }))).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
  })
  expect(await outcome(client({ auth: { token: withoutScope } }))).toMatchObject({
    status: 403,
    headers: { 'www-authenticate': expect.stringContaining('scope="messages:read"') },
  })
  for (const value of [null, '', 42, {}, [token]]) {
    expect(await outcome(client({ auth: { token: value } }))).toMatchObject({ status: 401 })
  }
})

it('the example socket.io disconnects the client when the token expires', async () => {
  const [brief, long] = [await expiringIn(3), await expiringIn(60 * 86_400)].map((value) =>
    client({ auth: { token: value } }),
  ) as [Socket, Socket]
  const disconnected = new Promise((resolve) => brief.on('disconnect', resolve))
  expect(await Promise.all([outcome(brief), outcome(long)])).toEqual(['connected', 'connected'])
  expect(await disconnected).toBe('io server disconnect')
  await sleep(10)
  expect(long.connected).toBe(true)
})

it('the example socket.io sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  expect(await outcome(client({ auth: { token } }))).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
  })
})
