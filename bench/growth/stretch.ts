import type { createAccessTokenVerifier, RequestLike } from '@okta-resource-server/core'
import { median } from '../statistics.ts'
import { clock } from '../thread-time.ts'

type Verifier = ReturnType<typeof createAccessTokenVerifier>

const CONCURRENCY = 100

export function requestWith(token: string): RequestLike {
  return { headers: { authorization: Buffer.from(`Bearer ${token}`).toString('latin1') } }
}

/** Microseconds of `decide` for each of these requests, whose tokens have been verified before. */
export function hitTime(verifier: Verifier, requests: readonly RequestLike[], rounds: number): number {
  const times: number[] = []
  const repeats = Math.ceil(20_000 / requests.length)
  for (let round = -1; round < rounds; round++) {
    const taken = clock()
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const request of requests) {
        if (verifier.decide(request) instanceof Promise) throw new Error('A token was not in the cache')
      }
    }
    if (round >= 0) times.push(taken().main / (repeats * requests.length))
  }
  return median(times)
}

/** Microseconds of the main thread for each of these tokens, never seen before. */
export async function coldTime(
  verifierOf: () => Verifier,
  tokens: readonly string[],
  rounds: number,
): Promise<number> {
  const times: number[] = []
  for (let round = -1; round < rounds; round++) {
    const verifier = verifierOf()
    await verifier.verify(tokens[0] as string)
    let next = 1
    const lane = async (): Promise<void> => {
      while (next < tokens.length) await verifier.verify(tokens[next++] as string)
    }
    const taken = clock()
    await Promise.all(Array.from({ length: CONCURRENCY }, lane))
    if (round >= 0) times.push(taken().main / (tokens.length - 1))
    verifier.close()
  }
  return median(times)
}
