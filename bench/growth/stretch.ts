import { concurrently } from '../core/loads.ts'
import type { Decide, TokenRequest, Verifier } from '../library.ts'
import { median } from '../statistics.ts'
import { startClock } from '../thread-time.ts'

/** Microseconds of `decide` for each of these requests, whose tokens are in the cache. */
export async function hitTime(
  decide: Decide,
  verifier: Verifier,
  requests: readonly TokenRequest[],
  rounds: number,
): Promise<number> {
  const times: number[] = []
  const repeats = Math.ceil(20_000 / requests.length)
  for (let round = -1; round < rounds; round++) {
    const stop = await startClock()
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const request of requests) {
        if (decide(verifier, request) instanceof Promise) throw new Error('A token was not in the cache')
      }
    }
    const { main } = await stop()
    if (round >= 0) times.push(main / (repeats * requests.length))
  }
  return median(times)
}

/** Microseconds of the main thread for each of these tokens, all of them new to the verifier. */
export async function coldTime(
  newVerifier: () => Verifier | Promise<Verifier>,
  tokens: readonly string[],
  rounds: number,
): Promise<number> {
  const times: number[] = []
  const [first, ...others] = tokens as [string, ...string[]]
  for (let round = -1; round < rounds; round++) {
    const verifier = await newVerifier()
    await verifier.verify(first)
    const stop = await startClock()
    await concurrently(others, (token) => verifier.verify(token as string))
    const { main } = await stop()
    if (round >= 0) times.push(main / others.length)
    verifier.close()
  }
  return median(times)
}
