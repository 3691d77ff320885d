// oidc-provider has no type declarations. This file declares only the parts of version 9 that are used here.
declare module 'oidc-provider' {
  import type { X509Certificate } from 'node:crypto'
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Client {
    clientId: string
    clientAuthMethod: string
    grantTypes: string[]
    tlsClientCertificateBoundAccessTokens?: boolean
    grantTypeAllowed(grantType: string): boolean
  }

  export interface Entities {
    Client?: Client
    AccessToken?: TokenEntity
    ClientCredentials?: TokenEntity
    RefreshToken?: TokenEntity
    Account?: Account
    [name: string]: unknown
  }

  export interface Context {
    req: IncomingMessage
    path: string
    status: number
    body: unknown
    set(name: string, value: string): void
    oidc: {
      route: string
      client: Client
      entities: Entities
      params?: Record<string, string | undefined>
      entity(name: string, value: unknown): void
    }
  }

  export interface Account {
    accountId: string
    claims(use: string, scope: string): object
  }

  export interface ResourceServerInfo {
    audience: string
    scope: string
    accessTokenFormat: 'opaque' | 'jwt'
  }

  export interface TokenEntity {
    jti: string
    clientId: string
    accountId?: string
    grantId?: string
    authTime?: number
    acr?: string
    amr?: string[]
    scope?: string
    expiration: number
    resourceServer: unknown
    readonly tokenType: string
    setThumbprint(name: 'jkt', value: string): void
    setThumbprint(kind: 'x5t', certificate: X509Certificate): void
    save(): Promise<string>
  }

  export interface GrantEntity {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export interface StoredPayload {
    iat?: number
    exp?: number
    jti?: string
    grantId?: string
    consumed?: number
    clientId?: string
    accountId?: string
    scope?: string
    /** Thumbprint of the key that the token is bound to. */
    jkt?: string
    aud?: string
    extra?: Record<string, unknown>
    [name: string]: unknown
  }

  export interface Adapter {
    upsert(id: string, payload: StoredPayload, expiresIn: number): Promise<void>
    find(id: string): Promise<StoredPayload | undefined>
    findByUserCode(userCode: string): Promise<undefined>
    findByUid(uid: string): Promise<undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    static readonly ctx: Context | undefined
    readonly AccessToken: new (
      input: object,
    ) => TokenEntity
    readonly RefreshToken: new (
      input: object,
    ) => TokenEntity
    readonly Grant: new (
      input: object,
    ) => GrantEntity
    readonly ResourceServer: new (
      identifier: string,
      info: ResourceServerInfo,
    ) => unknown
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      parameters: Iterable<string>,
    ): void
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    on(event: string, listener: (ctx: Context, error: Error) => void): this
  }

  export const errors: {
    OIDCProviderError: new (
      status: number,
      error: string,
    ) => Error & {
      status: number
      statusCode: number
      expose: boolean
      error: string
      error_description?: string
    }
  }
}

declare module 'oidc-provider/lib/helpers/grants.js' {
  import type Provider from 'oidc-provider'
  import type { Context } from 'oidc-provider'

  /** What a valid proof says; `undefined` without a proof. */
  export interface DpopResult {
    thumbprint: string
    jti: string
    iat: number
  }
  export function validateDpop(provider: Provider, ctx: Context): Promise<DpopResult | undefined>
  export function checkDpopReplay(
    provider: Provider,
    ctx: Context,
    dPoP: DpopResult | undefined,
    clientId: string,
  ): Promise<void>
}
