import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect as connectTo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { bearer, listen, openSetting } from '../setting.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { server, verifier } = await import('./app.ts')
const url = (await listen(server)).replace('http', 'ws')

const connect = (value?: string) => new WebSocket(url, { headers: bearer(value) })
/** The response to a refused handshake. */
async function refusal(value?: string): Promise<IncomingMessage> {
  const [, response] = (await once(connect(value), 'unexpected-response')) as [unknown, IncomingMessage]
  return response
}

it('the example ws accepts the handshake with a valid token', async () => {
  const socket = connect(token)
  await once(socket, 'open')
  socket.send('read')
  const [message] = (await once(socket, 'message')) as [Buffer]
  expect(JSON.parse(message.toString())).toEqual([{ to: expect.any(String), text: 'Hello' }])
  socket.close()
  await once(socket, 'close')
})

it('the example ws refuses the handshake with status and challenge', async () => {
  const missing = await refusal()
  expect(missing.statusCode).toBe(401)
  expect(missing.headers['www-authenticate']).toBe('Bearer realm="api"')
  const expired = await refusal(await expiringIn(-60))
  expect(expired.statusCode).toBe(401)
  expect(expired.headers['www-authenticate']).toContain('error="invalid_token"')
  const refused = await refusal(withoutScope)
  expect(refused.statusCode).toBe(403)
  expect(refused.headers['www-authenticate']).toContain('scope="messages:read"')
})

it('the example ws closes a refused connection, even if the client does not', async () => {
  const { hostname, port } = new URL(url)
  const socket = connectTo({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.resume().write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await once(socket, 'end')
  const count = () =>
    new Promise((resolve) => server.getConnections((_, connections) => resolve(connections)))
  await expect.poll(count).toBe(0)
  socket.destroy()
})

it('the example ws closes the connection when the token expires', async () => {
  // Both tokens first: a connection must not open before its event is waited for.
  const tokens = [await expiringIn(3), await expiringIn(60 * 86_400)]
  const [brief, long] = tokens.map(connect) as [WebSocket, WebSocket]
  const closed = once(brief, 'close') as Promise<[number, Buffer]>
  await Promise.all([once(brief, 'open'), once(long, 'open')])
  const [code, reason] = await closed
  expect([code, reason.toString()]).toEqual([3000, 'The access token has expired'])
  await sleep(10)
  expect(long.readyState).toBe(WebSocket.OPEN)
  long.close()
})

it('the example ws sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  const { statusCode, headers } = await refusal(token)
  expect([statusCode, headers['retry-after']]).toEqual([503, '1'])
})
