import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AUDIENCE, accessTokenClaims, base64url, NOW, signSegments } from '@okta-resource-server/testing'
import type { JSONWebKeySet } from 'jose'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { UNICODE_AUDIENCES } from './cases-parties.ts'
import { type Keys, makeKeys, type WorkshopKey } from './workshop-keys.ts'

/** What differs from a valid token; `undefined` leaves a member out. */
export interface Differences {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** The name of the key. Default: `es256`. */
  readonly key?: string
  /** The algorithm that makes the signature. Default: that of the key. */
  readonly signedAs?: string
}

/** Serves a JWK Set, and notes every request for it. */
export class KeyServer {
  readonly requests: string[] = []
  readonly #server: Server

  private constructor(keys: () => readonly unknown[]) {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: keys() }))
    })
  }

  static async start(keys: () => readonly unknown[]): Promise<KeyServer> {
    const server = new KeyServer(keys)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** An authorization server that publishes keys of every kind, usable or not, and signs whatever a case needs. */
export class Workshop {
  /** The server whose URL is put into tokens; it must never be asked. */
  readonly trap: KeyServer
  /** Publishes private and symmetric keys only. */
  readonly unusableKeys: KeyServer
  readonly jwks: JSONWebKeySet
  readonly #signers: Keys['signers']
  readonly #server: HostileAuthorizationServer

  private constructor(
    server: HostileAuthorizationServer,
    { signers, jwks }: Keys,
    trap: KeyServer,
    unusableKeys: KeyServer,
  ) {
    this.#server = server
    this.#signers = signers
    this.jwks = jwks
    this.trap = trap
    this.unusableKeys = unusableKeys
    server.publish()
    server.otherKeys = jwks.keys
  }

  static async open(): Promise<Workshop> {
    const server = await HostileAuthorizationServer.start()
    const keys = await makeKeys(server.issuer)
    const [trap, unusableKeys] = await Promise.all([
      KeyServer.start(() => [keys.signers.get('stranger')?.jwk]),
      KeyServer.start(() => unusableOf(keys.jwks)),
    ])
    return new Workshop(server, keys, trap, unusableKeys)
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.goDown(), this.trap.close(), this.unusableKeys.close()])
  }

  get issuer(): string {
    return this.#server.issuer
  }

  /** Options of an API that trusts this server; its clock is stopped. */
  get options(): { issuer: string; audience: string[]; clock: () => number } {
    const audience = [AUDIENCE, ...UNICODE_AUDIENCES]
    return { issuer: this.issuer, audience, clock: () => NOW * 1_000 }
  }

  key(name: string): WorkshopKey {
    const key = this.#signers.get(name)
    if (key === undefined) throw new Error(`there is no key ${name}`)
    return key
  }

  header({ header, key = 'es256' }: Differences = {}): Record<string, unknown> {
    const { kid, algorithm } = this.key(key)
    return { kid, alg: algorithm, ...header }
  }

  claims({ claims }: Differences = {}): Record<string, unknown> {
    return accessTokenClaims({ iss: this.issuer, ...claims })
  }

  token(differences: Differences = {}): string {
    const { key = 'es256', signedAs } = differences
    const signer = this.key(key)
    return signSegments(JSON.stringify(this.header(differences)), JSON.stringify(this.claims(differences)), {
      ...signer,
      algorithm: signedAs ?? signer.algorithm,
    })
  }

  /** A token whose header and claims are changed as texts, well-formed or not, before they are signed. */
  texts(change: {
    readonly header?: (text: string) => string | Uint8Array
    readonly claims?: (text: string) => string | Uint8Array
  }): string {
    const same = (text: string): string => text
    const { header = same, claims = same } = change
    return signSegments(
      header(JSON.stringify(this.header())),
      claims(JSON.stringify(this.claims())),
      this.key('es256'),
    )
  }

  /** A token with another signature, which is made from the input of the genuine one. */
  resigned(sign: (input: string) => string | Uint8Array, differences: Differences = {}): string {
    const input = [this.header(differences), this.claims(differences)]
      .map((part) => base64url(JSON.stringify(part)))
      .join('.')
    return `${input}.${base64url(sign(input))}`
  }
}

/** The private and symmetric keys of the set. */
export const unusableOf = ({ keys }: JSONWebKeySet): unknown[] =>
  keys.filter((jwk) => /^(private|oct)/.test(String((jwk as { kid?: unknown } | null)?.kid)))
