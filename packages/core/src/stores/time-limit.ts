import { StoreError } from '../refusal/store-error.ts'

/** Milliseconds that a store gets at least to become ready: it may have to connect first. */
const READY_DURATION = 10_000

/** Not instanceof: promises of another realm exist, for example under Jest. */
export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function'

/** Handles the rejection of a promise that was returned where none is expected. It would end the process. */
export function ignoreRejection(value: unknown): void {
  if (isPromise(value)) value.then(undefined, () => {})
}

/**
 * The answer of a store, which gets so long for it.
 *
 * @param duration - milliseconds
 * @throws {StoreError} `timeout`
 */
export async function withinTime(answer: PromiseLike<unknown>, duration: number): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreError('timeout')), duration)
    timer.unref?.()
  })
  try {
    return await Promise.race([answer, end])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Waits until the store can be used, as far as it says.
 *
 * @param ready - what its method `ready` has returned; anything but a promise means that it can be used
 * @param duration - milliseconds that its other answers may take
 * @throws {StoreError} `timeout`
 */
export async function readyInTime(ready: unknown, duration: number): Promise<void> {
  if (isPromise(ready)) await withinTime(ready, Math.max(duration, READY_DURATION))
}
