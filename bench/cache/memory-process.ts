import { answerQuestions, tell } from '../child.ts'
import { libraryOf, requestWith, type Verifier, type Version } from '../library.ts'
import type { Plan } from '../plan.ts'
import { AUDIENCE, ISSUER, settingFromEnvironment } from '../policy.ts'
import { acceptEverySignature, forger } from './forged-token.ts'

// Memory of the token cache, while one verifier gets more and more distinct tokens.

export interface MemoryPoint {
  /** Distinct tokens so far. */
  readonly offered: number
  /** Whether the last of them were sent three times each, or once. */
  readonly sent: 'three times' | 'once'
  /** Of the last 10,000 tokens sent three times, those that are in the cache. */
  readonly cached: number
  /** Bytes of the heap and of buffers beyond those before the first token, after garbage collection. */
  readonly bytes: number
  /** Bytes of the whole process. */
  readonly resident: number
}

export interface MemoryTable {
  readonly version: Version
  /** Characters of a token. */
  readonly characters: number
  readonly points: readonly MemoryPoint[]
}

export type MemoryQuestion = Pick<Plan, 'sentThreeTimes' | 'sentOnce'>

/** The default size of the cache. */
const BOUND = 10_000
const AT_ONCE = 100

const version = process.argv[2] as Version
const library = await libraryOf(version, settingFromEnvironment())
const signaturesVerified = acceptEverySignature()
const { key, token } = forger()

function usedBytes(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const newVerifier = (): Verifier =>
  library.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [key.jwk] } as never })

async function send(verifier: Verifier, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += AT_ONCE) {
    const requests = Array.from({ length: Math.min(AT_ONCE, to - number) }, (_, index) =>
      requestWith(token(number + index)),
    )
    await Promise.all(requests.map((request) => verifier.authenticate(request)))
  }
}

/** Sends tokens in blocks. The second time, a token is cached; the third time, its header takes the place of its text. */
async function sendThreeTimes(verifier: Verifier, from: number, to: number): Promise<void> {
  const BLOCK = 1_000
  for (let number = from; number < to; number += BLOCK) {
    const end = Math.min(number + BLOCK, to)
    for (let time = 0; time < 3; time++) await send(verifier, number, end)
  }
}

async function measure({ sentThreeTimes, sentOnce }: MemoryQuestion): Promise<MemoryTable> {
  // Compiled code and type feedback take memory too, but are not part of the cache.
  const warm = newVerifier()
  await sendThreeTimes(warm, 0, 15_000)
  warm.close()

  const points: MemoryPoint[] = []
  const verifier = newVerifier()
  await send(verifier, 0, 1)
  const before = usedBytes()
  const note = async (offered: number, sent: 'three times' | 'once', lastRepeated: number): Promise<void> => {
    const bytes = usedBytes() - before
    const { rss: resident } = process.memoryUsage()
    const from = Math.max(lastRepeated - BOUND, 0)
    const verified = signaturesVerified()
    await send(verifier, from, lastRepeated)
    const cached = lastRepeated - from - (signaturesVerified() - verified)
    points.push({ offered, sent, cached, bytes, resident })
  }
  let done = 1
  for (const offered of sentThreeTimes) {
    await sendThreeTimes(verifier, done, offered)
    done = offered
    await note(offered, 'three times', offered)
  }
  const lastRepeated = done
  for (const offered of sentOnce) {
    await send(verifier, done, offered)
    done = offered
    await note(offered, 'once', lastRepeated)
  }
  return { version, characters: token(0).length, points }
}

answerQuestions(measure)
tell({ ready: true })
