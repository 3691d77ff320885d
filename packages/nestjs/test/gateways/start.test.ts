import type { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectTo } from 'node:net'
import { type CanActivate, UseGuards } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { AbstractWsAdapter, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { describe, expect, it } from 'vitest'
import { Auth, authOf, OktaAuthGuard, Public, type VerifiedAccessToken } from '../../src/index.ts'
import { createApp, failure, freePort, listen, token } from '../apps.ts'
import { connected, refused, TRANSPORTS } from './clients.ts'

class OtherGuard implements CanActivate {
  canActivate() {
    return true
  }
}

const [ws, socketIo] = TRANSPORTS as [(typeof TRANSPORTS)[number], (typeof TRANSPORTS)[number]]

describe('the start of an application', () => {
  it('stops if a gateway lacks the guard', async () => {
    @WebSocketGateway()
    class Bare {}
    @UseGuards(OtherGuard)
    @WebSocketGateway()
    class Other {}
    @WebSocketGateway()
    class OnHandler {
      @UseGuards(OktaAuthGuard)
      @SubscribeMessage('me')
      me() {}
    }
    @Public()
    @WebSocketGateway()
    class Open {}
    for (const gateway of [Bare, Other, OnHandler, Open]) {
      const message = await failure(createApp({ providers: [gateway] }))
      expect(message).toContain(`The gateway ${gateway.name} is not protected`)
      expect(message).toContain('add @UseGuards(OktaAuthGuard) to the class')
    }
    const elsewhere = { provide: 'another token', useClass: Bare }
    expect(await failure(createApp({ providers: [elsewhere] }))).toContain(
      'The gateway Bare is not protected',
    )
  })

  it('goes on if the guard is among several, is derived, is an instance, or is inherited', async () => {
    class Derived extends OktaAuthGuard {}
    @UseGuards(OtherGuard, OktaAuthGuard)
    @WebSocketGateway()
    class Several {}
    @UseGuards(Derived)
    @WebSocketGateway()
    class WithDerived {}
    @WebSocketGateway()
    class Inherits extends Several {}
    const app = await createApp({ providers: [Several, WithDerived, Inherits] })
    app.useWebSocketAdapter(new WsAdapter(app))
    expect(await failure(app.init())).toBe('nothing failed')
  })

  it('stops if the adapter is of an unknown kind', async () => {
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway()
    class Chat {}
    class OtherAdapter extends AbstractWsAdapter {
      create() {
        return createServer()
      }
      bindMessageHandlers() {}
    }
    const app = await createApp({ providers: [Chat] })
    app.useWebSocketAdapter(new OtherAdapter(app) as never)
    expect(await failure(app.init())).toContain('The WebSocket adapter is not supported')
  })

  it('stops if socket.io would take clients back without a handshake', async () => {
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ namespace: 'chat', connectionStateRecovery: {} })
    class Recovering {}
    const app = await createApp({ providers: [Recovering] })
    app.useWebSocketAdapter(new IoAdapter(app))
    expect(await failure(app.init())).toContain('set connectionStateRecovery: { skipMiddlewares: false }')
  })

  it('does not need an adapter, nor the package for gateways, if there is no gateway', async () => {
    expect(await failure((await createApp({})).init())).toBe('nothing failed')
  })
})

describe('a gateway', () => {
  it('still has its own afterInit, a method or a property', async () => {
    const servers: unknown[] = []
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ path: '/method' })
    class Method {
      afterInit(server: unknown) {
        servers.push(this instanceof Method, server)
      }
    }
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ path: '/property' })
    class Property {
      readonly afterInit = (server: unknown): void => {
        servers.push(this instanceof Property, server)
      }
    }
    const app = await createApp({ providers: [Method, Property] })
    app.useWebSocketAdapter(new WsAdapter(app))
    const url = await listen(app)
    expect(servers).toEqual([true, expect.anything(), true, expect.anything()])
    for (const path of ['/method', '/property']) {
      expect((await refused(ws, url, { path })).status).toBe(401)
      await connected(ws, url, { token, path })
    }
  })

  it('with a path of its own on ws is protected by its own decorators', async () => {
    @Public()
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ path: '/open' })
    class Open {}
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ path: '/closed' })
    class Closed {}
    const app = await createApp({ providers: [Open, Closed] })
    app.useWebSocketAdapter(new WsAdapter(app))
    const url = await listen(app)
    await connected(ws, url, { path: '/open' })
    expect((await refused(ws, url, { path: '/closed' })).status).toBe(401)
  })

  it('with a namespace of its own on socket.io is protected by its own decorators', async () => {
    @Public()
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ namespace: 'open' })
    class Open {}
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway({ namespace: /^\/tenant-\d$/ })
    class Closed {}
    const app = await createApp({ providers: [Open, Closed] })
    app.useWebSocketAdapter(new IoAdapter(app))
    const url = await listen(app)
    await connected(socketIo, url, { path: '/open' })
    expect((await refused(socketIo, url, { path: '/tenant-1' })).status).toBe(401)
    await connected(socketIo, url, { path: '/tenant-1', token })
  })

  it.each([
    ['ws', WsAdapter],
    ['socket.io', IoAdapter],
  ] as const)('on a port of its own is protected by %s', async (name, Adapter) => {
    const port = await freePort()
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway(port)
    class Own {
      handleConnection(client: object) {
        seen.push(authOf(client)?.subject)
      }
      @SubscribeMessage('me')
      me(@Auth() auth: VerifiedAccessToken) {
        return { event: 'me', data: auth.subject }
      }
    }
    const seen: unknown[] = []
    const app = await createApp({ providers: [Own] })
    app.useWebSocketAdapter(new Adapter(app))
    await app.init()
    const transport = name === 'ws' ? ws : socketIo
    const url = `http://127.0.0.1:${port}`
    expect((await refused(transport, url)).status).toBe(401)
    expect(seen).toEqual([])
    const client = await connected(transport, url, { token })
    expect(await client.ask('me')).toEqual(['me', 'someone@example.com'])
    expect(seen).toEqual(['someone@example.com'])
  })

  it('disconnects a client that a server has connected without a handshake', async () => {
    const servers: EventEmitter[] = []
    const seen: unknown[] = []
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway()
    class Chat {
      afterInit(server: EventEmitter) {
        servers.push(server)
      }
      handleConnection(client: object) {
        seen.push(client)
      }
    }
    const app = await createApp({ providers: [Chat] })
    app.useWebSocketAdapter(new WsAdapter(app))
    await app.init()
    const ofWs = { on: () => {}, close: (code: number) => seen.push(code) }
    servers[0]?.emit('connection', ofWs, { headers: {}, rawHeaders: [] })
    const ofSocketIo = { on: () => {}, request: {}, disconnect: (close: boolean) => seen.push(close) }
    servers[0]?.emit('connection', ofSocketIo)
    expect(seen).toEqual([1008, true])
  })

  it('refuses an upgrade request with two Authorization headers, and survives a client that leaves', async () => {
    @UseGuards(OktaAuthGuard)
    @WebSocketGateway()
    class Chat {}
    const app = await createApp({ providers: [Chat] })
    app.useWebSocketAdapter(new WsAdapter(app))
    const url = new URL(await listen(app))
    const lines = (authorization: string) =>
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${authorization}\r\n`
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connectTo(Number(url.port), url.hostname)
      socket.on('error', reject).on('close', () => resolve(text))
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.write(lines(`Authorization: Bearer ${token}\r\n`.repeat(2)))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toMatch(/\r\nwww-authenticate: Bearer realm="api", error="invalid_request"/)
    await new Promise<void>((resolve) => {
      const socket = connectTo(Number(url.port), url.hostname, () => {
        socket.write(lines(''), () => socket.resetAndDestroy())
        socket.on('close', () => resolve())
      })
    })
    await connected(ws, url.origin, { token })
  })
})
