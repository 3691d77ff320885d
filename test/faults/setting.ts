import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  type AuthorizationServerUnavailableError,
  createAccessTokenVerifier,
  RemoteDocumentError,
  ResourceServerError,
} from '@okta-resource-server/core'
import { expect } from 'vitest'
import {
  AUDIENCE,
  HostileAuthorizationServer,
  type HostileServerOptions,
} from '../hostile-authorization-server/index.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** The real clock, which can be advanced. */
export class ShiftedClock {
  #shift = 0
  readonly now = (): number => Date.now() + this.#shift

  advance(milliseconds: number): void {
    this.#shift += milliseconds
  }
}

/** A hostile server, verifiers for its tokens, and the clock they share. */
export class Setting {
  readonly clock: ShiftedClock
  readonly server: HostileAuthorizationServer
  readonly #verifiers: AccessTokenVerifier[] = []

  private constructor(clock: ShiftedClock, server: HostileAuthorizationServer) {
    this.clock = clock
    this.server = server
  }

  static async open(options: HostileServerOptions = {}): Promise<Setting> {
    const clock = new ShiftedClock()
    return new Setting(clock, await HostileAuthorizationServer.start({ clock: clock.now, ...options }))
  }

  verifier(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
    const { issuer } = this.server
    const verifier = createAccessTokenVerifier({
      issuer,
      audience: AUDIENCE,
      clock: this.clock.now,
      ...options,
    })
    this.#verifiers.push(verifier)
    return verifier
  }

  /** Returns a verifier that has fetched the keys. Retries, because a short time limit may expire on a busy machine. */
  async warmVerifier(options: Partial<AccessTokenVerifierOptions> = {}): Promise<AccessTokenVerifier> {
    const verifier = this.verifier(options)
    for (let tries = 1; !verifier.status().ready; tries++) {
      await verifier.ready().catch((error: unknown) => {
        if (tries === 20) throw error
        return new Promise((resolve) => setTimeout(resolve, 200))
      })
    }
    return verifier
  }

  async close(): Promise<void> {
    for (const verifier of this.#verifiers) verifier.close()
    await this.server.goDown()
  }
}

/** Returns the outcome of a verification: `accepted`, or status and error code. */
export async function outcome(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'accepted'
  } catch (error) {
    if (error instanceof ResourceServerError) return `${error.status} ${error.code}`
    throw error
  }
}

/** Counts the outcomes of several verifications. */
export async function tally(verifications: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const one of await Promise.all(verifications.map(outcome))) counts[one] = (counts[one] ?? 0) + 1
  return counts
}

/** Returns the error of a verification, which must be a 503 with `Retry-After`, and the fetch error that caused it. */
export async function unavailability(
  verification: Promise<unknown>,
): Promise<{ refusal: AuthorizationServerUnavailableError; wire: RemoteDocumentError }> {
  const refusal = (await verification.then(
    () => undefined,
    (error: unknown) => error,
  )) as AuthorizationServerUnavailableError
  expect(refusal).toMatchObject({ name: 'AuthorizationServerUnavailableError', status: 503 })
  expect(Number(refusal.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(refusal.cause).toBeInstanceOf(RemoteDocumentError)
  return { refusal, wire: refusal.cause as RemoteDocumentError }
}

/** Polls a condition until it holds. Throws after `limit` milliseconds. */
export async function until(holds: () => boolean, limit = 8_000): Promise<void> {
  const end = Date.now() + limit
  while (!holds()) {
    if (Date.now() > end) throw new Error(`The condition did not hold within ${limit} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Returns the status of the verifier's only issuer. */
export function issuerStatus(verifier: AccessTokenVerifier) {
  const [status] = verifier.status().issuers
  if (status === undefined) throw new Error('The verifier has no issuer.')
  return status
}

/** Advances the clock until a refresh is due, sends a request that triggers it, and waits for its end. */
export async function refreshDue(
  setting: Setting,
  verifier: AccessTokenVerifier,
  token: string,
  hours = 1.1,
): Promise<string> {
  setting.clock.advance(hours * HOUR)
  const before = issuerStatus(verifier).nextRefresh
  const result = await outcome(verifier.verify(token))
  await until(() => issuerStatus(verifier).nextRefresh !== before)
  return result
}
