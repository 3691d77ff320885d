import { Query, Resolver, Subscription } from '@nestjs/graphql'
import { bearer, NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { type ClientOptions, createClient } from 'graphql-ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { Auth, Public, RequireScopes, type VerifiedAccessToken } from '../../src/index.ts'
import { Log, token } from '../apps.ts'
import { type GraphqlServer, SERVERS, serve } from './servers.ts'

const [onExpress, onFastify, mercurius] = SERVERS as readonly [GraphqlServer, GraphqlServer, GraphqlServer]

@Resolver()
class Ticks {
  @Query(() => String)
  unused() {
    return ''
  }

  @Subscription(() => String, { resolve: (value: unknown) => value })
  async *subject(@Auth() auth: VerifiedAccessToken) {
    yield auth.subject
  }

  @RequireScopes('messages:admin')
  @Subscription(() => String, { resolve: (value: unknown) => value })
  async *admin() {
    yield 'admin'
  }

  @Public()
  @Subscription(() => String, { resolve: (value: unknown) => value })
  async *open() {
    yield 'open'
  }
}

interface Connection {
  readonly sent?: string
  readonly parameters?: Record<string, unknown>
}

/** Subscribes over a WebSocket, and returns the first value, or the first error. */
async function subscribe(
  url: string,
  field: string,
  { sent, parameters }: Connection = {},
): Promise<unknown> {
  class Socket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers: sent === undefined ? {} : bearer(sent) })
    }
  }
  const options: ClientOptions = {
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
  }
  const client = createClient({ ...options, ...(parameters && { connectionParams: parameters }) })
  onTestFinished(() => client.dispose())
  for await (const { data, errors } of client.iterate({ query: `subscription { ${field} }` })) {
    return data?.[field] ?? errors?.[0]?.message
  }
  return undefined
}

const outcome = (...args: Parameters<typeof subscribe>): Promise<unknown> =>
  subscribe(...args).catch((errors: unknown) => [errors].flat().map((error) => (error as Error).message)[0])

/** Where applications put the request of the handshake, or what they make of `connectionParams`. */
type Context = {
  readonly extra: { readonly request: object }
  readonly connectionParams?: Record<string, string>
}

describe.each([
  ['Apollo on Express', onExpress, { subscriptions: { 'graphql-ws': true } }],
  ['Apollo on Fastify', onFastify, { subscriptions: { 'graphql-ws': true } }],
  [
    'Apollo with the request as the context shows it',
    onExpress,
    {
      subscriptions: { 'graphql-ws': true },
      context: ({ extra, req }: Partial<Context> & { req?: object }) => ({ req: extra?.request ?? req }),
    },
  ],
  ['Mercurius', mercurius, { subscription: true }],
] as const)('a subscription on %s', (_name, server, graphql) => {
  it('is started with the token of the handshake only', async () => {
    const log = new Log()
    const url = await serve(server, { resolvers: [Ticks], graphql, log })
    expect(await outcome(url, 'subject', { sent: token })).toBe('someone@example.com')
    expect(await outcome(url, 'open')).toBe('open')
    const parameters = { Authorization: `Bearer ${token}`, authorization: `Bearer ${token}`, token }
    const refused = 'The request has no access token'
    expect(await outcome(url, 'subject', { parameters })).toBe(refused)
    expect(await outcome(url, 'admin', { sent: token })).toBe('The access token lacks a required scope')
    expect(log.lines).toEqual([])
  })

  it('is refused once the token has expired', async () => {
    let now = NOW
    const auth = { ...verifierOptions(), clock: () => now * 1_000 }
    const url = await serve(server, { resolvers: [Ticks], graphql, auth })
    const sent = signToken({ claims: { exp: NOW + 60 } })
    expect(await outcome(url, 'subject', { sent })).toBe('someone@example.com')
    now += 120
    expect(await outcome(url, 'subject', { sent })).toBe('The access token has expired')
  })
})

describe('a subscription whose application copies connectionParams', () => {
  const credentials = { authorization: `Bearer ${token}` }

  it.each([
    [
      'into a request of its own',
      ({ connectionParams }: Context) => ({ req: { headers: connectionParams } }),
    ],
    [
      'into the headers of the request of the handshake',
      ({ extra, connectionParams }: Context) => {
        Object.assign((extra.request as { headers: object }).headers, connectionParams)
        return { req: extra.request }
      },
    ],
    [
      'into its headers under another spelling',
      ({ extra, connectionParams }: Context) => {
        const { headers } = extra.request as { headers: Record<string, unknown> }
        headers.Authorization = connectionParams?.authorization
        return { req: extra.request }
      },
    ],
    [
      'into a copy of the request of the handshake',
      ({ extra, connectionParams }: Context) => ({ req: { ...extra.request, headers: connectionParams } }),
    ],
    [
      'into an object that inherits from the request of the handshake',
      ({ extra, connectionParams }: Context) => ({
        req: Object.create(extra.request, { headers: { value: connectionParams } }),
      }),
    ],
  ])('%s is refused', async (_where, context) => {
    const graphql = { subscriptions: { 'graphql-ws': true }, context }
    const url = await serve(onExpress, { resolvers: [Ticks], graphql })
    expect(await outcome(url, 'subject', { parameters: credentials })).toBe('The request has no access token')
    const both = await outcome(url, 'subject', {
      sent: signToken({ claims: { sub: 'sent' } }),
      parameters: credentials,
    })
    expect(both).not.toBe('someone@example.com')
  })
})
