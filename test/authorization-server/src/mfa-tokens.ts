import type { Clock } from './clock.ts'
import type { Knobs } from './options.ts'
import { base64url } from './random.ts'

/** The parameters of the first step, which the second step must not change. */
export interface MfaTransaction {
  clientId: string
  authorizationServerId: string
  userId: string
  scopes: string[]
  acrValues: string | undefined
}

interface Pending extends MfaTransaction {
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** The mfa_tokens that link the password step to the OTP step. Each has 20 base64url characters. */
export class MfaTokens {
  readonly #pending = new Map<string, Pending>()
  readonly #clock: Clock
  readonly #knobs: Knobs

  constructor(clock: Clock, knobs: Knobs) {
    this.#clock = clock
    this.#knobs = knobs
  }

  issue(transaction: MfaTransaction): string {
    this.#dropExpired()
    const token = base64url(20)
    this.#pending.set(token, {
      ...transaction,
      expiresAt: this.#clock.now() + this.#knobs.mfaTokenLife * 1000,
    })
    return token
  }

  /** Returns `undefined` for an unknown, used or expired token, without distinguishing between them. */
  find(token: string): MfaTransaction | undefined {
    const pending = this.#pending.get(token)
    return pending && pending.expiresAt > this.#clock.now() ? pending : undefined
  }

  consume(token: string): void {
    this.#pending.delete(token)
  }

  #dropExpired(): void {
    for (const [token, { expiresAt }] of this.#pending) {
      if (expiresAt <= this.#clock.now()) this.#pending.delete(token)
    }
  }
}
