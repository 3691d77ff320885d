import { systemClock } from '../clock.ts'
import { MemoryReplayStore, type MemoryReplayStoreOptions, type ReplayStore } from '../stores/replay-store.ts'
import { checkKnown, checkPositiveInteger, invalidOption, isOptions } from './checks.ts'
import { checkClock } from './clock.ts'
import { DPOP_DEFAULTS, LIMITS } from './defaults.ts'

/** Validates the option `dpop.replayStore`. */
export function checkReplayStore(value: unknown, clock: unknown): ReplayStore {
  if (value === undefined) return memoryStore({}, checkClock('clock', clock))
  if (typeof (value as { claim?: unknown } | null)?.claim !== 'function') {
    invalidOption('dpop.replayStore', 'dpop.replayStore must have a method claim, as memoryReplayStore() has')
  }
  return value as ReplayStore
}

function memoryStore(options: MemoryReplayStoreOptions, wall: () => number): MemoryReplayStore {
  const { max = DPOP_DEFAULTS.replayStoreMax } = options
  checkPositiveInteger('max', max, LIMITS.replayStoreMax)
  const { maxPerClient = Math.ceil(max * 0.5), maxPerKey = Math.ceil(max * 0.2) } = options
  checkPositiveInteger('maxPerClient', maxPerClient, LIMITS.replayStoreMax)
  checkPositiveInteger('maxPerKey', maxPerKey, LIMITS.replayStoreMax)
  return new MemoryReplayStore({ max, maxPerClient, maxPerKey }, { wall, monotonic: () => performance.now() })
}

/**
 * Creates a store that remembers in memory which DPoP proofs were used: the default of the option `dpop.replayStore`.
 *
 * It sees the proofs of this process only. If an API has several processes, a proof can be used once with each of them; to
 * prevent that, use a shared store, such as that of `@okta-resource-server/redis`. The store is bounded and never forgets a
 * proof too early: a client that sends more proofs than its limit is refused with 503 `replay_store_full`.
 *
 * @throws {ConfigurationError} a limit is no integer from 1 to 10,000,000
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-11.1 RFC 9449, section 11.1}
 * @example
 * ```ts
 * const verifier = createAccessTokenVerifier({ issuer, audience, dpop: { replayStore: memoryReplayStore({ max: 2_000_000 }) } })
 * ```
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  if (!isOptions(options))
    invalidOption('options', 'options of memoryReplayStore must be an object such as { max: 1_000_000 }')
  checkKnown(options, ['max', 'maxPerClient', 'maxPerKey'], '')
  return memoryStore(options, systemClock)
}
