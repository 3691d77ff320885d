import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  type AuthorizationServerUnavailableError,
  createAccessTokenVerifier,
  RemoteDocumentError,
  ResourceServerError,
} from '@okta-resource-server/core'
import { AUDIENCE, ShiftedClock } from '@okta-resource-server/testing'
import { expect } from 'vitest'
import {
  HostileAuthorizationServer,
  type HostileServerOptions,
} from '../hostile-authorization-server/index.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

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

/** Returns the token after the verifier has cached it, which takes two verifications. */
export async function cachedToken(verifier: AccessTokenVerifier, token: string): Promise<string> {
  for (let times = 0; times < 2; times++) await verifier.verify(token)
  return token
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

/** Resolves after the next refresh of an issuer's keys, whether it succeeds or fails. */
export async function refreshEnd(issuer: string): Promise<void> {
  const channels = ['okta-resource-server:refresh.succeeded', 'okta-resource-server:refresh.failed']
  await new Promise<void>((resolve) => {
    const listen = (message: unknown): void => {
      if ((message as { readonly issuer: string }).issuer !== issuer) return
      for (const name of channels) unsubscribe(name, listen)
      resolve()
    }
    for (const name of channels) subscribe(name, listen)
  })
  // The message is published shortly before the state changes.
  await nextTurn()
}

/** Advances the clock until a refresh is due, sends a request that triggers it, and waits for its end. */
export async function refreshDue(
  { clock, server }: Setting,
  verifier: AccessTokenVerifier,
  token: string,
  hours = 1.1,
): Promise<string> {
  clock.advance(hours * HOUR)
  const end = refreshEnd(server.issuer)
  const result = await outcome(verifier.verify(token))
  await end
  return result
}

/** Milliseconds until the next refresh of the verifier's only issuer. */
export function refreshIn({ clock }: Setting, verifier: AccessTokenVerifier): number {
  return (issuerStatus(verifier).nextRefresh as number) - clock.now()
}
