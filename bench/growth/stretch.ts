import { concurrently } from '../core/loads.ts'
import { type Decide, requestWith, type Verifier } from '../library.ts'
import { median } from '../statistics.ts'
import { startClock } from '../thread-time.ts'

const REQUESTS = 10_000

/** Microseconds of `decide` for a request with one of these tokens, which are in the cache. */
export async function hitTime(
  decide: Decide,
  verifier: Verifier,
  tokens: readonly string[],
  rounds: number,
): Promise<number> {
  const times: number[] = []
  for (let round = -1; round < rounds; round++) {
    const requests = Array.from({ length: REQUESTS }, (_, index) =>
      requestWith(tokens[index % tokens.length] as string),
    )
    const stop = await startClock()
    for (const request of requests) {
      if (decide(verifier, request) instanceof Promise) throw new Error('A token was not in the cache')
    }
    const { main } = await stop()
    if (round >= 0) times.push(main / REQUESTS)
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
