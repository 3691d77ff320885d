import { channels } from '../diagnostics.ts'
import type { DpopConfiguration } from '../options/dpop.ts'
import { AuthorizationServerUnavailableError, InvalidProofError } from '../refusal/errors.ts'
import { ResourceServerError } from '../refusal/resource-server-error.ts'
import { StoreError, storeErrorOf } from '../refusal/store-error.ts'
import type { ReplayUse } from '../stores/replay-store.ts'
import { isPromise, readyInTime, withinTime } from '../stores/time-limit.ts'

/** Seconds after which a client may try again. */
const RETRY_AFTER = 1

/** A store that cannot answer: whether the proof was used is not known, so the request is never accepted. */
function storeFailed(error: unknown): never {
  if (error instanceof ResourceServerError) throw error
  const cause = storeErrorOf(error)
  if (channels.storeFailed.hasSubscribers) {
    channels.storeFailed.publish({ store: 'replay', error: cause, accepted: false })
  }
  throw new AuthorizationServerUnavailableError('store_unavailable', RETRY_AFTER, cause)
}

/** @param answer - what the store said; anything but a boolean is no answer */
function checkFirst(answer: unknown): void {
  if (typeof answer !== 'boolean') storeFailed(new StoreError('wrong_answer'))
  if (!answer) throw new InvalidProofError('proof_replayed')
}

/**
 * The store can be used now, as far as it says.
 *
 * @throws {AuthorizationServerUnavailableError} `store_unavailable`
 */
export async function checkReplayStoreReady({
  replayStore,
  timeoutDuration,
}: DpopConfiguration): Promise<void> {
  try {
    await readyInTime(replayStore.ready?.(), timeoutDuration)
  } catch (error) {
    storeFailed(error)
  }
}

/**
 * Claims the use of a proof, and refuses one that was used before.
 *
 * @throws {InvalidProofError} `proof_replayed`
 * @throws {AuthorizationServerUnavailableError} `replay_store_full`, `store_unavailable`
 */
export function claimUse(
  { replayStore, timeoutDuration }: DpopConfiguration,
  use: ReplayUse,
): void | Promise<void> {
  let answer: unknown
  try {
    answer = replayStore.claim(use)
  } catch (error) {
    storeFailed(error)
  }
  if (!isPromise(answer)) return checkFirst(answer)
  return withinTime(answer, timeoutDuration).then(checkFirst, storeFailed)
}
