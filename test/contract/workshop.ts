import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JSONWebKeySet } from 'jose'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { AUDIENCE, base64url, CLAIMS, compact, NOW, type Signer } from '../specification/signed-tokens.ts'
import { type Keys, makeKeys } from './workshop-keys.ts'

/** What differs from a sound token; `undefined` leaves a member out. */
export interface Differences {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** The name of the key; `es256` unless set. */
  readonly key?: string
  /** The algorithm that makes the signature, where it is not the one of the key. */
  readonly signedAs?: string
}

/** Where the addresses in tokens lead. Nobody must come. */
export class Trap {
  readonly requests: string[] = []
  readonly #server: Server

  constructor(keys: () => JSONWebKeySet) {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify(keys()))
    })
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
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

/** An authorization server that publishes keys of every kind, fit and unfit, and signs whatever it is told to. */
export class Workshop {
  readonly trap = new Trap(() => ({ keys: [this.key('stranger').jwk] }))
  readonly jwks: JSONWebKeySet
  readonly #signers: Keys['signers']
  readonly #server: HostileAuthorizationServer

  private constructor(server: HostileAuthorizationServer, { signers, jwks }: Keys) {
    this.#server = server
    this.#signers = signers
    this.jwks = jwks
    server.publish()
    server.otherKeys = jwks.keys
  }

  static async open(): Promise<Workshop> {
    const [server, keys] = await Promise.all([HostileAuthorizationServer.start(), makeKeys()])
    const workshop = new Workshop(server, keys)
    await workshop.trap.open()
    return workshop
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.goDown(), this.trap.close()])
  }

  get issuer(): string {
    return this.#server.issuer
  }

  /** Options of an API that trusts this server; time stands still. */
  get options(): { issuer: string; audience: string; clock: () => number } {
    return { issuer: this.issuer, audience: AUDIENCE, clock: () => NOW * 1_000 }
  }

  key(name: string): Signer {
    const key = this.#signers.get(name)
    if (key === undefined) throw new Error(`there is no key ${name}`)
    return key
  }

  header({ header, key = 'es256' }: Differences = {}): Record<string, unknown> {
    const { kid, algorithm } = this.key(key)
    return { kid, alg: algorithm, ...header }
  }

  claims({ claims }: Differences = {}): Record<string, unknown> {
    return { ...CLAIMS, iss: this.issuer, ...claims }
  }

  token(differences: Differences = {}): string {
    const { key = 'es256', signedAs } = differences
    const signer = this.key(key)
    return compact(JSON.stringify(this.header(differences)), JSON.stringify(this.claims(differences)), {
      ...signer,
      algorithm: signedAs ?? signer.algorithm,
    })
  }

  /** Signs header and claims as they are changed, well-formed or not. */
  texts(change: {
    readonly header?: (text: string) => string | Uint8Array
    readonly claims?: (text: string) => string | Uint8Array
  }): string {
    const same = (text: string): string => text
    const { header = same, claims = same } = change
    return compact(
      header(JSON.stringify(this.header())),
      claims(JSON.stringify(this.claims())),
      this.key('es256'),
    )
  }

  /** A token under another signature, made of what would be signed. */
  resigned(sign: (input: string) => string | Uint8Array, differences: Differences = {}): string {
    const input = [this.header(differences), this.claims(differences)]
      .map((part) => base64url(JSON.stringify(part)))
      .join('.')
    return `${input}.${base64url(sign(input))}`
  }
}
