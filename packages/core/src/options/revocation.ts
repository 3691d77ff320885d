import type { RevocableToken } from '../stores/revocation.ts'
import type { RevocationStore } from '../stores/revocation-store.ts'
import { checkKnown, checkMilliseconds, checkOwn, invalidOption } from './checks.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { withoutUndefined } from './issuer.ts'

/** How the API finds out that a token was revoked before it expires. */
export interface RevocationOption {
  /**
   * A store such as `memoryRevocationStore()`, or a function that returns `true` for a revoked token. It is asked on every
   * request, cached tokens included. If it throws, takes too long or answers with anything but a boolean, the request is
   * refused with 503 `store_unavailable`.
   */
  // A method, so that the parameter of a function may also be declared as a VerifiedAccessToken.
  readonly isRevoked: RevocationStore | { ask(auth: RevocableToken): boolean | Promise<boolean> }['ask']
  /**
   * Milliseconds that an answer may take.
   *
   * @default 1_000
   */
  readonly timeoutDuration?: number
  /**
   * `'accept'` accepts tokens while the store or function gives no answer: revoked ones too. The diagnostics channel
   * `store.failed` reports each.
   *
   * @default 'refuse'
   */
  readonly onStoreError?: 'refuse' | 'accept'
}

/** The validated option `revocation`. */
export interface RevocationConfiguration {
  readonly isRevoked: (auth: RevocableToken) => unknown
  /** Milliseconds for which revocations are kept; `undefined`: the function knows. */
  readonly retentionDuration: number | undefined
  /** A token that is not revoked stays so while this number does not change; `undefined`: it has to be looked up. */
  readonly writes: (() => number | undefined) | undefined
  readonly ready: () => unknown
  /** Milliseconds. */
  readonly timeoutDuration: number
  readonly acceptsOnError: boolean
}

const OPTIONS = ['isRevoked', 'timeoutDuration', 'onStoreError'] as const

function isStore(value: unknown): value is RevocationStore {
  const store = (value ?? {}) as Readonly<Record<string, unknown>>
  const { isRevoked, revoke, retentionDuration, writes = revoke } = store
  const methods = [isRevoked, revoke, writes]
  return methods.every((method) => typeof method === 'function') && typeof retentionDuration === 'number'
}

/** How often the store was written to. A store that throws cannot say, and has to be asked about each token. */
function writesOf(store: RevocationStore): number | undefined {
  try {
    return store.writes?.()
  } catch {
    return undefined
  }
}

/**
 * Validates the option `revocation`.
 *
 * @throws {ConfigurationError}
 */
export function revocationConfiguration(option: unknown): RevocationConfiguration | undefined {
  if (option === undefined) return undefined
  if (typeof option !== 'object' || option === null || isStore(option)) {
    const message = 'revocation must be an object such as { isRevoked: memoryRevocationStore() }'
    invalidOption('revocation', message)
  }
  checkKnown(option, OPTIONS, 'revocation.')
  checkOwn(option, OPTIONS, 'revocation.')
  const { isRevoked, timeoutDuration, onStoreError } = {
    ...DEFAULTS.revocation,
    ...withoutUndefined(option as RevocationOption),
  } as Readonly<Record<keyof RevocationOption, unknown>>
  const store = isStore(isRevoked) ? isRevoked : undefined
  if (store === undefined && typeof isRevoked !== 'function') {
    const message =
      'revocation.isRevoked must be a revocation store, or a function that returns true for a revoked token'
    invalidOption('revocation.isRevoked', message)
  }
  if (onStoreError !== 'refuse' && onStoreError !== 'accept') {
    invalidOption('revocation.onStoreError', "revocation.onStoreError must be 'refuse' or 'accept'")
  }
  return Object.freeze({
    isRevoked:
      store === undefined
        ? (isRevoked as RevocationConfiguration['isRevoked'])
        : (auth: RevocableToken) => store.isRevoked(auth),
    retentionDuration: store?.retentionDuration,
    writes: store?.writes && (() => writesOf(store)),
    ready: () => store?.ready?.(),
    timeoutDuration: checkMilliseconds('revocation.timeoutDuration', timeoutDuration, LIMITS.timeoutDuration),
    acceptsOnError: onStoreError === 'accept',
  })
}
