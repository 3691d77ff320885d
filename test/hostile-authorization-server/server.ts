import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { accessTokenClaims, base64url, type SigningKey, signSegments } from '@okta-resource-server/testing'
import { type Answer, genuine } from './answers.ts'
import type { Certificate } from './certificate.ts'
import { signingKey } from './signing-keys.ts'

const PATH = '/oauth2/default'
/** Seconds: tokens do not expire during a simulated outage. */
const WEEK = 7 * 86_400

export interface HostileServerOptions {
  /** Serves https with this certificate; without one, http. */
  readonly certificate?: Certificate
  /**
   * Clock for the times of tokens: milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly clock?: () => number
  /**
   * Path of the issuer. The default is one of Okta's, whose opaque tokens are never sent.
   *
   * @default '/oauth2/default'
   */
  readonly path?: string
}

export type DocumentName = 'metadata' | 'keys' | 'introspection'

function documentOf(path: string): DocumentName {
  if (path.includes('/v1/keys')) return 'keys'
  return path.includes('/v1/introspect') ? 'introspection' : 'metadata'
}

/** An authorization server that a test can make misbehave in any way. */
export class HostileAuthorizationServer {
  /** The response of the metadata URLs. */
  metadata: Answer = genuine()
  /** The response of the JWK Set URL. */
  keys: Answer = genuine()
  /** The response of the introspection endpoint. */
  introspection: Answer = genuine()
  /** Members to add to the genuine metadata or replace in it; `undefined` removes a member. */
  metadataMembers: Readonly<Record<string, unknown>> = {}
  /** Additional entries of the JWK Set, before the published signing keys. */
  otherKeys: readonly unknown[] = []
  /** The path and query of every request, in order. */
  readonly requests: string[] = []
  /** The tokens that the introspection endpoint was asked about, in order. */
  readonly asked: string[] = []
  readonly #opaque = new Set<string>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #clock: () => number
  readonly #scheme: string
  readonly #path: string
  #published: SigningKey[] = []
  #port = 0
  #open = 0
  #onRequest: (() => void)[] = []

  private constructor({ certificate, clock = Date.now, path = PATH }: HostileServerOptions) {
    this.#path = path
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      this.#answer(request, response)
    this.#clock = clock
    this.#scheme = certificate === undefined ? 'http' : 'https'
    this.#server =
      certificate === undefined ? createServer(listener) : createTlsServer({ ...certificate }, listener)
    this.#server.on('clientError', () => {})
    this.#server.on('tlsClientError', () => {})
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Starts a server with one signing key on a free port of the loopback interface. */
  static async start(options: HostileServerOptions = {}): Promise<HostileAuthorizationServer> {
    const server = new HostileAuthorizationServer(options)
    server.#published = [await signingKey()]
    await server.comeUp()
    return server
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`
  }

  get issuer(): string {
    return this.origin + this.#path
  }

  get jwksUri(): string {
    return `${this.issuer}/v1/keys`
  }

  /** The key that signs tokens by default: the last one published. */
  get signingKey(): SigningKey {
    return this.#published.at(-1) as SigningKey
  }

  /** Number of requests without a complete response. */
  get hanging(): number {
    return this.#open
  }

  /** Number of requests for a document so far, including redirected ones. */
  count(name: DocumentName): number {
    return this.requests.filter((path) => documentOf(path) === name).length
  }

  /** Resolves when the next request arrives. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.#onRequest.push(resolve))
  }

  /** Publishes exactly these keys. */
  publish(...keys: readonly SigningKey[]): void {
    this.#published = [...keys]
  }

  /** Signs with a new key from now on. The previous key stays published unless `withdraw` is set. */
  async rotate({ withdraw = false } = {}): Promise<SigningKey> {
    const key = await signingKey()
    this.publish(...(withdraw ? [] : [this.signingKey]), key)
    return key
  }

  /** Returns a new valid token. If the key has no private key, the signature consists of random bytes. */
  token({ kid, privateKey }: Pick<SigningKey, 'kid'> & Partial<SigningKey> = this.signingKey): string {
    const iat = Math.floor(this.#clock() / 1_000)
    const header = JSON.stringify({ kid, alg: 'RS256' })
    const claims = JSON.stringify(
      accessTokenClaims({ jti: `AT.${randomUUID()}`, iss: this.issuer, iat, exp: iat + WEEK }),
    )
    return privateKey === undefined
      ? [header, claims, randomBytes(256)].map((part) => base64url(part)).join('.')
      : signSegments(header, claims, { privateKey, algorithm: 'RS256' })
  }

  /** Returns a new opaque token that is active. */
  opaqueToken(): string {
    const token = `opaque-${randomUUID()}`
    this.#opaque.add(token)
    return token
  }

  /** From now on, the introspection endpoint answers that the token is not active. */
  revoke(token: string): void {
    this.#opaque.delete(token)
  }

  /** Returns several different valid tokens. */
  tokens(count: number, key?: SigningKey): string[] {
    return Array.from({ length: count }, () => this.token(key))
  }

  /** Returns a token with an unknown `kid` and an invalid signature. */
  forgedToken(kid: string = randomUUID()): string {
    return this.token({ kid })
  }

  /** Stops listening and closes all open connections. */
  async goDown(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  /** Starts listening again on the same port. */
  async comeUp(): Promise<void> {
    if (this.#server.listening) return
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Restores the genuine responses. */
  behave(): void {
    this.metadata = genuine()
    this.keys = genuine()
    this.introspection = genuine()
    this.metadataMembers = {}
    this.otherKeys = []
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.requests.push(path)
    this.#open++
    response.on('close', () => this.#open--)
    for (const resolve of this.#onRequest.splice(0)) resolve()
    if (path.includes('/v1/keys')) this.keys({ request, response, genuine: () => this.#jwkSet() })
    else if (path.includes('/v1/introspect')) void this.#introspect(request, response)
    else if (path.includes('/.well-known/')) {
      this.metadata({ request, response, genuine: () => this.#metadata() })
    } else response.writeHead(404).end()
  }

  async #introspect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => '')
    const token = new URLSearchParams(body).get('token') ?? ''
    this.asked.push(token)
    this.introspection({ request, response, genuine: () => this.#introspectionOf(token) })
  }

  #introspectionOf(token: string): string {
    if (!this.#opaque.has(token)) return JSON.stringify({ active: false })
    const iat = Math.floor(this.#clock() / 1_000)
    const { aud, sub, cid } = accessTokenClaims()
    const claims = {
      iss: this.issuer,
      aud,
      sub,
      client_id: cid,
      scope: 'messages:read',
      iat,
      exp: iat + WEEK,
    }
    return JSON.stringify({ active: true, token_type: 'Bearer', ...claims })
  }

  #jwkSet(): string {
    return JSON.stringify({ keys: [...this.otherKeys, ...this.#published.map(({ jwk }) => jwk)] })
  }

  #metadata(): string {
    return JSON.stringify({
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/v1/authorize`,
      token_endpoint: `${this.issuer}/v1/token`,
      jwks_uri: this.jwksUri,
      introspection_endpoint: `${this.issuer}/v1/introspect`,
      response_types_supported: ['code'],
      scopes_supported: ['openid'],
      ...this.metadataMembers,
    })
  }
}
