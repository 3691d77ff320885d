import { createHash } from 'node:crypto'
import type { ReplayStore, ReplayUse } from '@okta-resource-server/core'

/** Entries, of about 150 bytes each. Only tokens that the issuer has signed become entries. */
const MAX = 100_000

/**
 * Remembers the last 100,000 tokens in memory. How long ago one was used does not matter, since no issuer uses an identifier
 * twice, and a wall clock that is set back makes a token valid again.
 */
export function memoryUsedTokens(): ReplayStore {
  const used = new Set<string>()
  return {
    claim({ key }: ReplayUse): boolean {
      if (used.has(key)) return false
      used.add(key)
      const [oldest] = used
      if (used.size > MAX && oldest !== undefined) used.delete(oldest)
      return true
    },
  }
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256')
    .update(parts.map((part) => `${part.length}:${part}`).join(''))
    .digest('base64url')

/**
 * Claims a token, by an identifier that its issuer does not use twice.
 *
 * @param timeToLive - milliseconds
 * @returns whether it is the first use
 */
export async function claimToken(
  store: ReplayStore,
  [kind, issuer, identifier]: readonly [kind: string, issuer: string, identifier: string],
  timeToLive: number,
): Promise<boolean> {
  const client = digest([kind, issuer])
  const key = digest([kind, issuer, identifier])
  const answer: unknown = await store.claim({ key, client, thumbprint: client, timeToLive })
  // A store that says neither has not stored anything.
  if (typeof answer !== 'boolean') throw new TypeError('The replay store did not answer with a boolean')
  return answer
}
