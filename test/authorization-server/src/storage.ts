import { hash } from 'node:crypto'
import Provider, { type Adapter, type StoredPayload } from 'oidc-provider'
import type { Clock } from './clock.ts'
import type { JsonObject } from './jwt.ts'

/** Limits the memory of a server that runs for a long time; the oldest entries are evicted first. */
const CAPACITY = 20_000

/** An issued JWT access token. */
export interface IssuedJwt {
  /** ID of the corresponding token of oidc-provider. */
  id: string
  claims: JsonObject
}

/** Stores everything for oidc-provider, with times of the injected clock. */
export class Storage {
  readonly #payloads = new Map<string, StoredPayload>()
  readonly #issued = new Map<string, IssuedJwt>()
  /** Claims of tokens that no endpoint has issued, but that introspection knows. */
  readonly #special = new Map<string, JsonObject>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Creates oidc-provider's adapter for one of its models. */
  readonly adapter = (model: string): Adapter => {
    const key = (id: string) => `${model}:${id}`
    return {
      upsert: async (id, payload) => {
        setBounded(this.#payloads, key(id), shiftTimes(payload, this.#clock.ahead()))
      },
      find: async (id) => {
        const payload = this.#payloads.get(key(id))
        return payload && shiftTimes(payload, -this.#clock.ahead())
      },
      findByUserCode: async () => undefined,
      findByUid: async () => undefined,
      consume: async (id) => {
        const payload = this.#payloads.get(key(id))
        if (payload) payload.consumed = this.#clock.seconds()
      },
      destroy: async (id) => {
        this.#payloads.delete(key(id))
      },
      revokeByGrantId: async (grantId) => this.#revokeByGrantId(model, grantId),
    }
  }

  /** Returns a stored token, with times of the injected clock. */
  peek(model: string, id: string): StoredPayload | undefined {
    return this.#payloads.get(`${model}:${id}`)
  }

  /** Records which stored token a JWT corresponds to. */
  remember(jwt: string, issued: IssuedJwt): void {
    setBounded(this.#issued, hash('sha256', jwt), issued)
  }

  /** Has introspection answer that a token is active, until it expires or is revoked. */
  rememberSpecial(jwt: string, claims: JsonObject): void {
    setBounded(this.#special, hash('sha256', jwt), claims)
  }

  /** Returns the claims of such a token, if it is active. */
  special(jwt: string): JsonObject | undefined {
    const claims = this.#special.get(hash('sha256', jwt))
    return claims !== undefined && Number(claims.exp) > this.#clock.seconds() ? claims : undefined
  }

  revokeSpecial(jwt: string): void {
    this.#special.delete(hash('sha256', jwt))
  }

  issued(jwt: string): IssuedJwt | undefined {
    return this.#issued.get(hash('sha256', jwt))
  }

  #revokeByGrantId(model: string, grantId: string): void {
    const { oidc } = Provider.ctx ?? {}
    // When an access token is revoked, oidc-provider revokes the whole grant. Okta keeps the refresh token.
    if (oidc?.route === 'revocation' && oidc.entities.AccessToken) return
    for (const [key, payload] of this.#payloads) {
      if (key.startsWith(`${model}:`) && payload.grantId === grantId) this.#payloads.delete(key)
    }
  }
}

function shiftTimes(payload: StoredPayload, seconds: number): StoredPayload {
  const copy = { ...payload }
  for (const time of ['iat', 'exp', 'iiat'] as const) {
    const value = copy[time]
    if (typeof value === 'number') copy[time] = value + seconds
  }
  return copy
}

function setBounded<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > CAPACITY) for (const oldest of map.keys()) return void map.delete(oldest)
}
