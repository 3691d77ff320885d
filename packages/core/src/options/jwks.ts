import type { FetchedJwkSet, JwkSetLike } from './authorization-server.ts'
import { invalidOption } from './checks.ts'
import { LIMITS } from './defaults.ts'

/** Validates the option `jwks`, and copies it. */
export function checkJwks(option: string, value: unknown): JwkSetLike {
  const keys = typeof value === 'object' && value !== null ? (value as { keys?: unknown }).keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) {
    invalidOption(
      option,
      `${option} must be a JWK Set, { keys: [...] }, with at least one key (RFC 7517, section 5)`,
    )
  }
  try {
    return structuredClone(value) as JwkSetLike
  } catch {
    invalidOption(option, `${option} must be plain JSON: keys exported as JWK`)
  }
}

/** Validates the option `initialJwks`, and copies it. */
export function checkInitialJwks(option: string, value: unknown): FetchedJwkSet {
  const jwks = checkJwks(option, value) as FetchedJwkSet
  const { min, max } = LIMITS.fetchedAt
  if (!(Number.isFinite(jwks.fetchedAt) && jwks.fetchedAt >= min && jwks.fetchedAt <= max)) {
    invalidOption(
      `${option}.fetchedAt`,
      `${option}.fetchedAt must be the time at which the keys were fetched, in milliseconds since the epoch, as Date.now() returns it`,
    )
  }
  return jwks
}
