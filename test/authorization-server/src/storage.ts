import { hash } from 'node:crypto'
import Provider, { type Adapter, type StoredPayload } from 'oidc-provider'
import type { Clock } from './clock.ts'
import type { JsonObject } from './jwt.ts'

/** A test server that runs for long must not grow for ever: the oldest go first. */
const CAPACITY = 20_000

/** An access token as clients hold it: the JWT's claims, and the oidc-provider token behind it. */
export interface IssuedJwt {
  id: string
  claims: JsonObject
}

/** All that oidc-provider stores, its times kept on the injected clock. */
export class Storage {
  readonly #payloads = new Map<string, StoredPayload>()
  readonly #issued = new Map<string, IssuedJwt>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** oidc-provider's adapter for one of its models. */
  readonly adapter = (model: string): Adapter => {
    const key = (id: string) => `${model}:${id}`
    return {
      upsert: async (id, payload) => {
        keep(this.#payloads, key(id), moved(payload, this.#clock.ahead()))
      },
      find: async (id) => {
        const payload = this.#payloads.get(key(id))
        return payload && moved(payload, -this.#clock.ahead())
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

  /** A stored token, its times as the injected clock has them. */
  peek(model: string, id: string): StoredPayload | undefined {
    return this.#payloads.get(`${model}:${id}`)
  }

  /** Remembers which stored token a JWT stands for. */
  remember(jwt: string, issued: IssuedJwt): void {
    keep(this.#issued, hash('sha256', jwt), issued)
  }

  issued(jwt: string): IssuedJwt | undefined {
    return this.#issued.get(hash('sha256', jwt))
  }

  #revokeByGrantId(model: string, grantId: string): void {
    const { oidc } = Provider.ctx ?? {}
    // oidc-provider ends the whole grant when an access token is revoked; Okta leaves the refresh token alive.
    if (oidc?.route === 'revocation' && oidc.entities.AccessToken) return
    for (const [key, payload] of this.#payloads) {
      if (key.startsWith(`${model}:`) && payload.grantId === grantId) this.#payloads.delete(key)
    }
  }
}

function moved(payload: StoredPayload, seconds: number): StoredPayload {
  const copy = { ...payload }
  for (const time of ['iat', 'exp', 'iiat'] as const) {
    const value = copy[time]
    if (typeof value === 'number') copy[time] = value + seconds
  }
  return copy
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > CAPACITY) for (const oldest of map.keys()) return void map.delete(oldest)
}
