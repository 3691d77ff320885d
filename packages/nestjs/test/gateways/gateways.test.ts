import { UseGuards } from '@nestjs/common'
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  Auth,
  authOf,
  OktaAuthGuard,
  type OktaAuthOptions,
  Public,
  RequireAuth,
  RequireScopes,
  type VerifiedAccessToken,
} from '../../src/index.ts'
import { createApp, Log, listen, type Platform, published, token } from '../apps.ts'
import { type Client, connected, refused, TRANSPORTS, type Transport } from './clients.ts'

let seen: unknown[] = []

class Handlers {
  handleConnection(client: object) {
    seen.push(['connected', authOf(client)?.subject])
  }

  @SubscribeMessage('me')
  me(@Auth() auth: VerifiedAccessToken | undefined) {
    seen.push('me')
    return { event: 'me', data: auth?.subject ?? null }
  }

  @Public()
  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong' }
  }

  @RequireScopes('messages:admin')
  @SubscribeMessage('admin')
  admin(@MessageBody() text: string) {
    seen.push('admin')
    return { event: 'admin', data: text }
  }
}

@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class Chat extends Handlers {}

/** Opens what it inherits, except handlers that have requirements. */
@Public()
@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class OpenChat extends Handlers {}

@RequireScopes('messages:admin')
@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class AdminChat extends Handlers {}

@RequireAuth({ credentials: 'optional' })
@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class OptionalChat extends Handlers {}

/** Waits until all messages that were sent have been handled. */
async function handled(client: Client): Promise<void> {
  let event: string | undefined
  while (event !== 'pong') [event] = await client.ask('ping')
}

async function serve(
  { adapter }: Transport,
  gateways: readonly unknown[],
  options?: OktaAuthOptions,
  log = new Log(),
  platform: Platform = 'Express',
): Promise<string> {
  seen = []
  const app = await createApp({ providers: [...gateways] }, options, { log, platform })
  app.useWebSocketAdapter(adapter(app))
  return listen(app)
}

describe.each(TRANSPORTS.map((each) => [each.name, each] as const))('a gateway on %s', (name, transport) => {
  it('is called with the token of the handshake, which handleConnection sees', async () => {
    const url = await serve(transport, [Chat])
    const client = await connected(transport, url, { token })
    expect(await client.ask('me')).toEqual(['me', 'someone@example.com'])
    expect(seen).toEqual([['connected', 'someone@example.com'], 'me'])
  })

  it('is protected on Fastify, too', async () => {
    const url = await serve(transport, [Chat], undefined, undefined, 'Fastify')
    expect((await refused(transport, url)).status).toBe(401)
    const client = await connected(transport, url, { token })
    expect(await client.ask('me')).toEqual(['me', 'someone@example.com'])
  })

  it('refuses the handshake before handleConnection, with status and challenge', async () => {
    const log = new Log()
    const url = await serve(transport, [Chat], undefined, log)
    const missing = await refused(transport, url)
    expect(missing).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="api"', 'cache-control': 'no-store' },
      body: { message: 'Unauthorized' },
    })
    const expired = await refused(transport, url, { token: signToken({ claims: { exp: 1 } }) })
    expect(expired).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: 'The access token has expired' },
    })
    expect([seen, log.lines]).toEqual([[], []])
  })

  it('reads credentials from the HTTP request only', async () => {
    const url = await serve(transport, [Chat])
    const parameters = { token, Authorization: `Bearer ${token}`, authorization: `Bearer ${token}` }
    expect((await refused(transport, url, { parameters })).status).toBe(401)
    const inQuery = await refused(transport, url, { token, path: `/?access_token=${token}` })
    expect(inQuery).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(seen).toEqual([])
  })

  it('checks the requirements of a message, and keeps the connection if it refuses one', async () => {
    const log = new Log()
    const url = await serve(transport, [Chat], undefined, log)
    const client = await connected(transport, url, { token })
    if (name === 'socket.io') {
      expect(await client.ask('admin', 'hello')).toEqual([
        'exception',
        {
          status: 'error',
          code: 'insufficient_scope',
          message: 'The access token lacks a required scope',
        },
      ])
    } else {
      // The adapter of Nest 10 and 11 sends no exceptions.
      client.send('admin', 'hello')
    }
    await handled(client)
    expect(seen).toEqual([['connected', 'someone@example.com']])
    expect(log.lines).toEqual([])
    const admin = signToken({ claims: { scp: ['messages:admin'] } })
    const other = await connected(transport, url, { token: admin })
    expect(await other.ask('admin', 'hello')).toEqual(['admin', 'hello'])
  })

  it('checks the requirements of its class before handleConnection', async () => {
    const url = await serve(transport, [AdminChat])
    const answer = await refused(transport, url, { token })
    expect(answer.status).toBe(403)
    expect(answer.headers['www-authenticate']).toContain('scope="messages:admin"')
    expect(seen).toEqual([])
  })

  it('checks for each message whether the token has expired', async () => {
    let now = NOW
    const url = await serve(transport, [Chat], { ...verifierOptions(), clock: () => now * 1_000 })
    const client = await connected(transport, url, { token: signToken({ claims: { exp: NOW + 60 } }) })
    expect(await client.ask('me')).toEqual(['me', 'someone@example.com'])
    now += 120
    client.send('me')
    client.send('me')
    await handled(client)
    expect(seen).toEqual([['connected', 'someone@example.com'], 'me'])
  })

  it('decides about each message, so that what a verifier checks for each request is checked for each message', async () => {
    const accepted = published('okta-resource-server:token.accepted')
    const refusals = published('okta-resource-server:token.refused')
    const url = await serve(transport, [Chat])
    const client = await connected(transport, url, { token })
    expect(accepted).toHaveLength(1)
    await client.ask('me')
    await client.ask('me')
    client.send('admin')
    await handled(client)
    expect(accepted).toHaveLength(3)
    expect(refusals).toMatchObject([{ code: 'insufficient_scope' }])
  })

  it('is open if it is @Public(), except for handlers with requirements', async () => {
    const url = await serve(transport, [OpenChat])
    const anonymous = await connected(transport, url, {})
    expect(await anonymous.ask('me')).toEqual(['me', null])
    anonymous.send('admin', 'hello')
    await handled(anonymous)
    expect(seen).toEqual([['connected', undefined], 'me'])
    const admin = signToken({ claims: { scp: ['messages:admin'] } })
    const identified = await connected(transport, url, { token: admin })
    expect(await identified.ask('admin', 'hello')).toEqual(['admin', 'hello'])
    expect(await identified.ask('me')).toEqual(['me', 'someone@example.com'])
  })

  it('takes clients without a token if credentials are optional, but not with a bad one', async () => {
    const url = await serve(transport, [OptionalChat])
    const anonymous = await connected(transport, url, {})
    expect(await anonymous.ask('me')).toEqual(['me', null])
    const identified = await connected(transport, url, { token })
    expect(await identified.ask('me')).toEqual(['me', 'someone@example.com'])
    expect((await refused(transport, url, { token: 'nonsense' })).status).toBe(401)
  })

  it('requires of a handshake what all gateways of the server require', async () => {
    const url = await serve(transport, [OpenChat, Chat])
    expect((await refused(transport, url)).status).toBe(401)
    expect(seen).toEqual([])
    await connected(transport, url, { token })
    expect(seen).toEqual([
      ['connected', 'someone@example.com'],
      ['connected', 'someone@example.com'],
    ])
  })
})
