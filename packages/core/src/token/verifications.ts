import { keepAlive } from '../keep-alive.ts'
import type { TokenCache } from './cache.ts'
import { ONCE } from './checks.ts'
import { runChecks } from './run-checks.ts'
import { suffixOf } from './text.ts'
import type { Verification, VerifiedToken } from './verification.ts'

/** A verification in progress, shared by the requests that bring the same token. */
export interface Pending {
  readonly verification: Verification
  readonly result: Promise<VerifiedToken>
}

/** Where a verification in progress is kept. It is emptied in the end, since V8 may keep what was in a map (ADR 35). */
interface Place {
  pending: Pending | undefined
}

/** How often a token is verified if its issuer is replaced meanwhile. */
const MAX_ATTEMPTS = 3

/** Runs the checks of ONCE, and offers their results to the cache. */
export class Verifications {
  readonly #cache: TokenCache | undefined
  readonly #places = new Map<number, Place>()

  constructor(cache: TokenCache | undefined) {
    this.#cache = cache
  }

  /**
   * Verifies a token, or joins its verification in progress.
   *
   * @throws {ResourceServerError} it is refused, which needed no wait
   */
  start(verification: Verification): Pending {
    const { token, chosen } = verification
    const suffix = suffixOf(token)
    const earlier = this.#places.get(suffix)?.pending
    if (earlier?.verification.token === token && earlier.verification.chosen === chosen) return earlier
    const waiting = runChecks(ONCE, verification, undefined)
    const pending = { verification, result: keepAlive(this.#complete(verification, waiting, suffix)) }
    this.#places.set(suffix, { pending })
    return pending
  }

  async #complete(
    verification: Verification,
    waiting: void | Promise<void>,
    suffix: number,
  ): Promise<VerifiedToken> {
    try {
      await waiting
      for (let attempt = 1; attempt < MAX_ATTEMPTS && verification.hasLostIssuer; attempt++) {
        verification.startAgain()
        await runChecks(ONCE, verification, undefined)
      }
      const token = verification.result()
      if (!verification.hasLostIssuer && verification.answer?.isKept !== false) {
        this.#cache?.offer(verification.token, token)
      }
      return token
    } finally {
      const place = this.#places.get(suffix)
      if (place?.pending?.verification === verification) {
        place.pending = undefined
        this.#places.delete(suffix)
      }
    }
  }
}
