import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/'

export type Json = Readonly<Record<string, unknown>>

/** What differs from what Okta sends. A claim that is `undefined` is left out. */
export interface Deviations {
  readonly header?: Json
  readonly claims?: Json
  /** Signs with a key that is not published. */
  readonly foreignKey?: boolean
}

const generate = (): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> => generateKeyPair('RS256')
let count = 0

/** An Okta org: its metadata, its keys, and the events that its transmitter sends, in the shape that Okta publishes. */
export class Transmitter {
  readonly #server: Server
  readonly #foreign = generate()
  #key: CryptoKey
  #jwks: { keys: JWK[] } = { keys: [] }
  #kid = 0
  /** Answers with 500 instead of the keys. */
  isDown = false
  /** Requests for keys. */
  keyRequests = 0

  private constructor(server: Server, key: CryptoKey) {
    this.#server = server
    this.#key = key
  }

  static async start(): Promise<Transmitter> {
    const server = createServer((request, response) => transmitter.#answer(request.url, response))
    const { privateKey, publicKey } = await generate()
    const transmitter = new Transmitter(server, privateKey)
    await transmitter.#publish(publicKey)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return transmitter
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The issuer of access tokens. */
  get tokenIssuer(): string {
    return `${this.issuer}/oauth2/default`
  }

  get jwks(): { keys: JWK[] } {
    return this.#jwks
  }

  /** Signs with another key from now on. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generate()
    this.#key = privateKey
    await this.#publish(publicKey)
  }

  /** A Security Event Token. */
  set(events: Json, { header, claims, foreignKey }: Deviations = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    const payload = {
      iss: this.issuer,
      jti: `set-${++count}`,
      iat: now,
      aud: 'https://api.example.com/signals',
      events,
      ...claims,
    }
    return this.#sign({ typ: 'secevent+jwt', ...header }, payload, foreignKey)
  }

  /** As Okta documents it for `user.session.end`: the subject is in the event, in a member `user`, and time is in milliseconds. */
  sessionRevoked(user: string, event: Json = {}, deviations?: Deviations): Promise<string> {
    const subject = { user: { format: 'iss_sub', iss: this.issuer, sub: user } }
    const reason = { reason_admin: { en: 'User sign out' }, reason_user: { en: 'You signed out' } }
    const details = { subject, ...reason, event_timestamp: Date.now(), ...event }
    return this.set({ [`${CAEP}session-revoked`]: details }, deviations)
  }

  /** As Okta documents it for `user.account.update_password`. */
  credentialChange(user: string, event: Json = {}, deviations?: Deviations): Promise<string> {
    const details = {
      subject: { format: 'iss_sub', iss: this.issuer, sub: user },
      credential_type: 'password',
      change_type: 'revoke',
      friendly_name: 'PASSWORD_AS_FACTOR',
      initiating_entity: 'user',
      event_timestamp: Date.now(),
      ...event,
    }
    return this.set({ [`${CAEP}credential-change`]: details }, deviations)
  }

  verification(deviations?: Deviations): Promise<string> {
    return this.set({ [`${SSF}verification`]: { state: 'a state' } }, deviations)
  }

  streamUpdated(status: unknown, deviations?: Deviations): Promise<string> {
    return this.set({ [`${SSF}stream-updated`]: { status, reason: 'Maintenance' } }, deviations)
  }

  /** The JWT of a Universal Logout request. */
  logoutToken({ header, claims, foreignKey }: Deviations = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    const payload = {
      jti: `logout-${++count}`,
      iss: this.issuer,
      sub: '0oa1logout',
      aud: 'https://api.example.com/global-token-revocation',
      exp: now + 300,
      nbf: now - 300,
      iat: now,
      ...claims,
    }
    return this.#sign({ typ: 'global-token-revocation+jwt', ...header }, payload, foreignKey)
  }

  /** An access token of the custom authorization server, whose keys are the same here. */
  accessToken(user: string, claims: Json = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    const payload = {
      ver: 1,
      jti: `AT.${++count}`,
      iss: this.tokenIssuer,
      aud: 'api://default',
      iat: now - 60,
      exp: now + 600,
      cid: '0oa1client',
      uid: user,
      scp: ['messages:read'],
      sub: `${user}@example.com`,
      ...claims,
    }
    return this.#sign({}, payload)
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #publish(publicKey: CryptoKey): Promise<void> {
    const kid = `key-${++this.#kid}`
    this.#jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] }
  }

  async #sign(header: Json, payload: Json, foreignKey = false): Promise<string> {
    const given = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined))
    const key = foreignKey ? (await this.#foreign).privateKey : this.#key
    return new SignJWT(given)
      .setProtectedHeader({ kid: `key-${this.#kid}`, alg: 'RS256', ...header })
      .sign(key)
  }

  #answer(url: string | undefined, response: import('node:http').ServerResponse): void {
    response.setHeader('content-type', 'application/json')
    if (url?.endsWith('/keys')) {
      this.keyRequests++
      if (this.isDown) response.statusCode = 500
      response.end(JSON.stringify(this.#jwks))
      return
    }
    const [, path = ''] = /^(.*)\/\.well-known\/[\w-]+$/.exec(url ?? '') ?? []
    const issuer = this.issuer + path
    response.end(JSON.stringify({ issuer, jwks_uri: `${this.issuer}/oauth2/v1/keys` }))
  }
}
