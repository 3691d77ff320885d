import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { answerQuestions, tell } from '../child.ts'
import type { Plan } from '../plan.ts'
import { AUDIENCE, ISSUER } from '../policy.ts'
import { signingKey } from '../token-mint.ts'
import { forger, passEverySignature } from './forged-token.ts'
import { hitTime, requestWith } from './stretch.ts'

// What the cache costs: memory, and time of a hit, while more and more distinct tokens are offered.

export interface MemoryPoint {
  /** Distinct tokens offered so far. */
  readonly offered: number
  /** Those that the cache keeps of them. */
  readonly kept: number
  /** Bytes of heap and of buffers beyond what there was before the first token, garbage collected. */
  readonly bytes: number
  /** Bytes of the whole process. */
  readonly resident: number
  /** Microseconds of `decide` for the tokens kept. */
  readonly hit: number
}

/** The default bound. */
const BOUND = 10_000
const AT_ONCE = 100

function usedBytes(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function measure({ offered: most, growthRounds }: Plan): Promise<readonly MemoryPoint[]> {
  passEverySignature()
  const key = signingKey('RS256')
  const token = forger(key.kid, 36_000)
  const verifierOf = () =>
    createAccessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [key.jwk] } as never })
  const offer = async (verifier: ReturnType<typeof verifierOf>, from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, to - number) }, (_, index) => token(number + index))
      await Promise.all(some.map((each) => verifier.verify(each)))
    }
  }
  // Compiled code and type feedback are memory too, but not of the cache.
  const warm = verifierOf()
  await offer(warm, 0, 20_000)
  hitTime(
    warm,
    Array.from({ length: 1_000 }, (_, index) => requestWith(token(19_000 + index))),
    1,
  )
  warm.close()

  const points: MemoryPoint[] = []
  const verifier = verifierOf()
  await offer(verifier, 0, 1)
  const before = usedBytes()
  let done = 1
  for (const offered of [100, 1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000].filter(
    (each) => each <= most,
  )) {
    await offer(verifier, done, offered)
    done = offered
    const bytes = usedBytes() - before
    const { rss: resident } = process.memoryUsage()
    const kept = Math.min(offered, BOUND)
    const requests = Array.from({ length: kept }, (_, index) => requestWith(token(offered - kept + index)))
    points.push({ offered, kept, bytes, resident, hit: hitTime(verifier, requests, growthRounds) })
  }
  return points
}

answerQuestions(measure)
tell({ ready: true })
