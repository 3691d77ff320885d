import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { NonceConfiguration } from '../options/dpop.ts'

const PURPOSE = 'okta-resource-server DPoP-Nonce'
/** One byte, so that the form can change. The nonce of 39 bytes has no stray bits in base64url. */
const VERSION = 1
const PAYLOAD_BYTES = 7
const NONCE_CHARACTERS = 52
const SECRET_BYTES = 32

/**
 * Nonces with the server's time inside, authenticated by HMAC. Nothing is stored: every process with the same secret accepts
 * them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-9 RFC 9449, section 9}
 */
export class DpopNonces {
  readonly #purpose: string
  #secrets: readonly (string | Uint8Array)[]
  #latest: { readonly second: number; readonly nonce: string } | undefined

  constructor({ secrets, resource }: Pick<NonceConfiguration, 'secrets' | 'resource'>) {
    this.#secrets = secrets
    this.#purpose = JSON.stringify([PURPOSE, resource])
  }

  /** @param now - wall-clock time in seconds */
  create(now: number): string {
    const second = Math.floor(now)
    if (this.#latest?.second !== second) this.#latest = { second, nonce: this.#create(second) }
    return this.#latest.nonce
  }

  /** The time at which a nonce was created, in seconds since the epoch; `undefined` if this API did not create it. */
  timeOf(nonce: string): number | undefined {
    if (nonce.length !== NONCE_CHARACTERS) return undefined
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.toString('base64url') !== nonce || bytes[0] !== VERSION) return undefined
    const [payload, code] = [bytes.subarray(0, PAYLOAD_BYTES), bytes.subarray(PAYLOAD_BYTES)]
    const isOurs = this.#keys().some((secret) => timingSafeEqual(this.#code(secret, payload), code))
    return isOurs ? payload.readUIntBE(1, PAYLOAD_BYTES - 1) : undefined
  }

  #create(second: number): string {
    const payload = Buffer.alloc(PAYLOAD_BYTES)
    payload[0] = VERSION
    payload.writeUIntBE(second, 1, PAYLOAD_BYTES - 1)
    const code = this.#code(this.#keys()[0] as string, payload)
    return Buffer.concat([payload, code]).toString('base64url')
  }

  #code(secret: string | Uint8Array, payload: Uint8Array): Buffer {
    return createHmac('sha256', secret).update(this.#purpose).update(payload).digest()
  }

  /** A secret is made when it is first needed: Cloudflare Workers have no random numbers outside of a request. */
  #keys(): readonly (string | Uint8Array)[] {
    if (this.#secrets.length === 0) this.#secrets = [randomBytes(SECRET_BYTES)]
    return this.#secrets
  }
}
