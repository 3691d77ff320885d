import { UseGuards } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { NOW, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { OktaAuthGuard, RequireAuth } from '../../src/index.ts'
import { createApp, listen, published, token } from '../apps.ts'
import { boundToken, dpopHeaders } from '../dpop.ts'
import { type Client, connected, type Handshake, refused, TRANSPORTS, type Transport } from './clients.ts'

@UseGuards(OktaAuthGuard)
@WebSocketGateway()
class Chat {
  @SubscribeMessage('any')
  any() {
    return { event: 'any' }
  }

  @RequireAuth({ possession: 'dpop' })
  @SubscribeMessage('bound')
  bound() {
    return { event: 'bound' }
  }
}

@UseGuards(OktaAuthGuard)
@WebSocketGateway({ namespace: /^\/room-\d$/ })
class Rooms {}

/** A gateway, with a clock that can be moved and a store of revocations that can fail. */
async function serve({ adapter }: Transport, ...gateways: readonly unknown[]) {
  const state: { now: number; isRevoked: () => boolean } = { now: NOW, isRevoked: () => false }
  const options = {
    ...verifierOptions(),
    clock: () => state.now * 1_000,
    revocation: { isRevoked: async () => state.isRevoked() },
  }
  const app = await createApp({ providers: [Chat, ...gateways] }, options)
  app.useWebSocketAdapter(adapter(app))
  const refusals = published('okta-resource-server:token.refused')
  const url = await listen(app)
  /** Sends a message that must be refused, and returns the code of the refusal. */
  const refusalOf = async (client: Client, event: string): Promise<string | undefined> => {
    const before = refusals.length
    client.send(event)
    await expect.poll(() => refusals.length).toBe(before + 1)
    return refusals.at(-1)?.code
  }
  return { url, state, refusalOf }
}

describe.each(TRANSPORTS.map((each) => [each.name, each] as const))('a gateway on %s', (name, transport) => {
  // The path that clients of socket.io request is not that of a namespace.
  const urlOf = (url: string): string => `${url}${name === 'ws' ? '/' : '/socket.io/'}`
  const withProof = (url: string, claims?: object): Handshake => ({
    headers: dpopHeaders(urlOf(url), boundToken(claims)),
  })

  describe.each<[string, (url: string) => Handshake]>([
    ['a bearer token', () => ({ token })],
    ['a DPoP proof', withProof],
  ])('whose client has connected with %s', (_by, handshake) => {
    it('checks for each message whether the token is revoked', async () => {
      const { url, state, refusalOf } = await serve(transport)
      const client = await connected(transport, url, handshake(url))
      for (let time = 0; time < 3; time++) expect((await client.ask('any'))[0]).toBe('any')
      state.isRevoked = () => true
      expect(await refusalOf(client, 'any')).toBe('token_revoked')
      expect(await refusalOf(client, 'any')).toBe('token_revoked')
      expect((await refused(transport, url, handshake(url))).status).toBe(401)
    })

    it('accepts messages again after the store of revocations could not answer', async () => {
      const { url, state, refusalOf } = await serve(transport)
      const client = await connected(transport, url, handshake(url))
      state.isRevoked = () => {
        throw new Error('no connection')
      }
      expect(await refusalOf(client, 'any')).toBe('store_unavailable')
      state.isRevoked = () => false
      expect((await client.ask('any'))[0]).toBe('any')
    })

    it('checks for each message whether the token has expired, however old the handshake is', async () => {
      const { url, state, refusalOf } = await serve(transport)
      const client = await connected(transport, url, handshake(url))
      state.now += 1_800
      expect((await client.ask('any'))[0]).toBe('any')
      state.now += 3_600
      expect(await refusalOf(client, 'any')).toBe('token_expired')
    })
  })

  it('accepts a proof for one handshake only', async () => {
    const { url, refusalOf } = await serve(transport)
    const handshake = withProof(url)
    const client = await connected(transport, url, handshake)
    expect((await client.ask('bound'))[0]).toBe('bound')
    expect((await refused(transport, url, handshake)).status).toBe(401)
    const plain = await connected(transport, url, { token })
    expect(await refusalOf(plain, 'bound')).toBe('possession_required')
  })
})

it('a namespace that a client of socket.io joins later is refused once the token is revoked', async () => {
  const transport = TRANSPORTS.find(({ name }) => name === 'socket.io') as Transport
  const { url, state } = await serve(transport, Rooms)
  const handshake = { headers: dpopHeaders(`${url}/socket.io/`, boundToken()) }
  const client = await connected(transport, url, handshake)
  expect(await client.join?.('/room-1')).toBe('connected')
  state.isRevoked = () => true
  expect(await client.join?.('/room-2')).toBe('The access token was revoked')
})
