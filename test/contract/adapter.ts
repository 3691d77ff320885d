import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AccessTokenVerifier, allOf, type Requirements } from '@okta-resource-server/core'

/** A protected API under test. */
export interface Api {
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface AdapterOptions {
  readonly verifier: AccessTokenVerifier
  /** The limit in bytes that Node sets for all header lines together. Default: {@link LARGE_HEADERS}. */
  readonly maxHeaderSize?: number
  /** Whether the framework logs, as it does in production. Default: `false`. */
  readonly logs?: boolean
}

/**
 * One way in which the library is used.
 *
 * The API has the {@link ROUTES}, each for GET and HEAD and, except {@link OPTIONAL}, protected with its requirements.
 * It answers a request that it accepts with `{ subject, scopes }` in JSON.
 *
 * - `/optional` lets a request without credentials through, with `{ "subject": null }`. It takes POST as well.
 * - `/form` takes POST.
 * - `/any` takes POST as well.
 *
 * A form body is parsed before the verifier is asked, except on `/any`.
 */
export interface Adapter {
  readonly name: string
  readonly start: (options: AdapterOptions) => Promise<Api>
  /** Its requests are Fetch requests, which join repeated headers: a second token is refused with another code. */
  readonly joinsHeaders?: true
  /**
   * The option `resource`, where the adapter demands it. Each challenge then names the metadata, and the scopes of the route.
   * Such an adapter has no {@link OPTIONAL}.
   */
  readonly resource?: string
}

/** The routes of each API, and what they require. */
export const ROUTES = {
  '/any': {},
  '/messages': { scopes: ['messages:read'] },
  '/both': { scopes: ['messages:read', 'messages:write'] },
  '/either': { anyScope: ['messages:write', 'messages:read'] },
  '/admin': { scopes: ['messages:admin'] },
  '/version': { claims: { ver: 1 } },
  '/tenant': { claims: { tenant: ['a', 'b'] } },
  '/group': { claims: { groups: 'admin' } },
  '/nested': { claims: { realm_access: { roles: 'admin' } } },
  '/all-groups': { claims: { groups: allOf('staff', 'finance') } },
  '/alternatives': {
    anyOf: [{ scopes: ['messages:admin'] }, { scopes: ['messages:read'], claims: { groups: 'admin' } }],
  },
  '/users': { caller: 'user' },
  '/services': { caller: 'service' },
  '/undelegated': { delegation: 'none' },
  '/delegated': { delegation: { actors: ['0oa1agent'] } },
  '/payments': { authorizationDetails: { type: 'payment', actions: 'initiate' } },
  '/bound': { possession: 'any' },
  '/certificate': { possession: 'mtls' },
  '/stepped-up': { authentication: { acrValues: ['phr', 'phrh'] } },
  '/recent': { authentication: { maxAge: 300 } },
  '/assured': { claims: { acr: ['phr', 'phrh'] } },
} as const satisfies Readonly<Record<string, Requirements>>

export const OPTIONAL = '/optional'
export const FORM = '/form'
/** Where a form body is parsed before the verifier is asked. */
export const PARSED: readonly string[] = [OPTIONAL, FORM]
export type Route = keyof typeof ROUTES | typeof OPTIONAL | typeof FORM

/** What the route requires; nothing but a valid token where it says nothing. */
export function requirementsOf(route: string): Requirements | undefined {
  const found: Requirements | undefined = ROUTES[route as keyof typeof ROUTES]
  return found === undefined || Object.keys(found).length === 0 ? undefined : found
}

/** Far above Node's default, so that it is the library that refuses a large token. */
const LARGE_HEADERS = 8 * 1_048_576

/** The header limit of a server that is started with these options. */
export const headerLimit = ({ maxHeaderSize = LARGE_HEADERS }: AdapterOptions): number => maxHeaderSize

/** Serves a request listener of Node on a free port of the loopback interface. */
export async function listen(listener: RequestListener, options: AdapterOptions): Promise<Api> {
  const server = createServer({ maxHeaderSize: headerLimit(options) }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
