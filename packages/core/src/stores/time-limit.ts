import { StoreError } from '../refusal/store-error.ts'

/** Not instanceof: promises of another realm exist, for example under Jest. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'

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
