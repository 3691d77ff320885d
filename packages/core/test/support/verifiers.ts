import { vi } from 'vitest'
import type { RequestLike } from '../../src/authorization-header.ts'
import type { AccessTokenVerifierOptions } from '../../src/options.ts'
import type { AccessTokenVerifier } from '../../src/verifier.ts'
import { keySet, type SigningKey } from './keys.ts'
import { ISSUER, makeVerifier, NOW } from './tokens.ts'

/** A request with this token. */
export function bearing(token: string): RequestLike {
  return { headers: { authorization: `Bearer ${token}` } }
}

/** Counts real signature verifications. */
export function countVerifications(): { readonly count: number } {
  const spy = vi.spyOn(globalThis.crypto.subtle, 'verify')
  return {
    get count() {
      return spy.mock.calls.length
    },
  }
}

/** A verifier whose keys come over a scripted fetch, and whose clock can be moved. */
export async function liveVerifier(
  first: readonly SigningKey[],
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<{
  verifier: AccessTokenVerifier
  published: { keys: readonly SigningKey[] }
  time: { now: number }
  fetched: () => number
}> {
  const [published, time] = [{ keys: first }, { now: NOW * 1_000 }]
  let count = 0
  const verifier = await makeVerifier({
    jwksUri: `${ISSUER}/v1/keys`,
    clock: () => time.now,
    fetch: async () => {
      count++
      return Response.json(keySet(...published.keys))
    },
    ...options,
  })
  return { verifier, published, time, fetched: () => count }
}
