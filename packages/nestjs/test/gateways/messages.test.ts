import { UseGuards } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { NOW, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  Auth,
  memoryRevocationStore,
  OktaAuthGuard,
  Public,
  RequireAuth,
  type VerifiedAccessToken,
} from '../../src/index.ts'
import { createApp, listen, published, token } from '../apps.ts'
import { boundToken, dpopHeaders } from '../dpop.ts'
import { type Client, connected, type Handshake, refused, TRANSPORTS, type Transport } from './clients.ts'

@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class Chat {
  @SubscribeMessage('me')
  me(@Auth() auth: VerifiedAccessToken) {
    return { event: 'me', data: auth.subject }
  }

  @RequireAuth({ possession: 'dpop' })
  @SubscribeMessage('bound')
  bound() {
    return { event: 'bound' }
  }

  @Public()
  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong' }
  }
}

/** A gateway, with a clock that can be moved and a store of revocations. */
async function serve({ adapter }: Transport) {
  const time = { now: NOW }
  const clock = (): number => time.now * 1_000
  const store = memoryRevocationStore({ clock })
  const options = { ...verifierOptions(), clock, revocation: { store } }
  const app = await createApp({ providers: [Chat] }, options)
  app.useWebSocketAdapter(adapter(app))
  return { url: await listen(app), time, store, refusals: published('okta-resource-server:token.refused') }
}

/** Sends a message, and says which event comes first: its answer, or that to a message after it. */
async function eventOf(client: Client, event: string): Promise<string> {
  const answer = client.ask(event)
  await new Promise((resolve) => setImmediate(resolve))
  client.send('ping')
  return (await answer)[0]
}

/** The path that the client requests for its handshake. */
const handshakePath = (transport: Transport): string => (transport.name === 'ws' ? '/' : '/socket.io/')

describe.each(TRANSPORTS.map((each) => [each.name, each] as const))('a gateway on %s', (_name, transport) => {
  const opened: readonly (readonly [string, (url: string) => Handshake])[] = [
    ['a bearer token', () => ({ token })],
    ['a DPoP proof', (url) => ({ headers: dpopHeaders(url + handshakePath(transport), boundToken()) })],
  ]

  it.each(opened)('with a connection that was opened with %s checks revocation for each message', async (_, by) => {
    const { url, store, refusals } = await serve(transport)
    const client = await connected(transport, url, by(url))
    for (let time = 0; time < 3; time++) {
      expect(await client.ask('me')).toEqual(['me', 'someone@example.com'])
    }
    await store.revokeSubject({ subject: 'someone@example.com' } as never)
    expect(await eventOf(client, 'me')).not.toBe('me')
    expect(await eventOf(client, 'me')).not.toBe('me')
    expect(refusals.map(({ code }) => code)).toEqual(['token_revoked', 'token_revoked'])
  })
})
