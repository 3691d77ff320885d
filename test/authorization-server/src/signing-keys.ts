import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose'

const generate = promisify(generateKeyPair)

/** An RSA key pair and its `kid`, which has 43 base64url characters as in Okta's tokens. */
export interface SigningKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

export interface PublicJwk {
  kty: 'RSA'
  alg: 'RS256'
  kid: string
  use: 'sig'
  e: string
  n: string
}

async function generateSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 })
  const kid = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as { kty: string })
  return { kid, privateKey, publicKey }
}

function publicJwk({ kid, publicKey }: SigningKey): PublicJwk {
  const { e, n } = publicKey.export({ format: 'jwk' }) as { e: string; n: string }
  return { kty: 'RSA', alg: 'RS256', kid, use: 'sig', e, n }
}

/** The server's keys: the active one, the next one, and optionally the expired one. */
export class SigningKeys {
  active: SigningKey
  next: SigningKey | undefined
  expired: SigningKey | undefined
  #stranger: Promise<SigningKey> | undefined
  #rotation: Promise<void> = Promise.resolve()

  private constructor(active: SigningKey, next: SigningKey) {
    this.active = active
    this.next = next
  }

  static async generate(): Promise<SigningKeys> {
    // In parallel, because key generation runs on the thread pool.
    const [active, next] = await Promise.all([generateSigningKey(), generateSigningKey()])
    return new SigningKeys(active, next)
  }

  /** The keys that `/v1/keys` publishes. The active key is not the first one, so that no client relies on the order. */
  published(): PublicJwk[] {
    return [this.next, this.active, this.expired].filter((key) => key !== undefined).map(publicJwk)
  }

  /** Makes the next key the active one immediately; the promise resolves when a new next key is published. */
  rotate(keepExpired: boolean): Promise<void> {
    this.#rotation = this.#rotation.then(async () => {
      const fresh = generateSigningKey()
      const old = this.active
      this.active = this.next ?? (await fresh)
      this.next = undefined
      this.expired = keepExpired ? old : undefined
      const next = await fresh
      if (next !== this.active) this.next = next
    })
    return this.#rotation
  }

  /** Returns a key that this server never publishes. */
  stranger(): Promise<SigningKey> {
    this.#stranger ??= generateSigningKey()
    return this.#stranger
  }
}
