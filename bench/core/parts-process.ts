import { base64url, decodeJwt, decodeProtectedHeader } from 'jose'
import { createAccessTokenVerifier } from '../../packages/core/src/index.ts'
import { TokenCache } from '../../packages/core/src/token/cache.ts'
import { ONCE } from '../../packages/core/src/token/checks.ts'
import { Verification } from '../../packages/core/src/token/verification.ts'
import { answerQuestions, tell } from '../child.ts'
import type { Plan } from '../plan.ts'
import { AUDIENCE, ISSUER, settingFromEnvironment } from '../policy.ts'
import { median } from '../statistics.ts'
import { TokenFile } from '../token-store.ts'
import { concurrently } from './loads.ts'
import { jwksOf } from './peers.ts'

// What the parts of the verification of a new token take on the main thread, while the thread pool verifies signatures.

/** Microseconds per token, by part. */
export type Parts = Readonly<Record<string, number>>

/** Adds up what synchronous functions take. */
class Stopwatch {
  #times = new Map<string, number>()

  measure<A extends unknown[], R>(name: string, work: (...args: A) => R): (...args: A) => R {
    const add = (time: number): void => {
      this.#times.set(name, (this.#times.get(name) ?? 0) + time)
    }
    return function measured(this: unknown, ...args: A): R {
      const started = performance.now()
      const result = work.apply(this, args)
      add(performance.now() - started)
      return result
    }
  }

  /** Microseconds per token since the last call. */
  read(tokens: number): Parts {
    const times = [...this.#times].map(([name, time]) => [name, (time * 1_000) / tokens])
    this.#times = new Map()
    return Object.fromEntries(times)
  }
}

const setting = settingFromEnvironment()
const watch = new Stopwatch()
// The signature is verified by jose, and its check waits for the thread pool.
for (const row of ONCE as { name: string; run: (typeof ONCE)[number]['run'] }[]) {
  if (row.name !== 'signature') row.run = watch.measure(`check: ${row.name}`, row.run)
}
Verification.prototype.result = watch.measure('result', Verification.prototype.result)
TokenCache.prototype.offer = watch.measure('offer to the cache', TokenCache.prototype.offer)
const verifier = createAccessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: jwksOf(setting) })
// For comparison. flattenedVerify() of jose decodes the payload, too, after the claims have been read from it.
const decodeAll = watch.measure('jose: header and claims decoded', (token: string) => [
  decodeProtectedHeader(token),
  decodeJwt(token),
])
const decodePayload = watch.measure('jose: payload decoded', (payload: string) => base64url.decode(payload))
const nothing = watch.measure('no work', () => {})

answerQuestions<Pick<Plan, 'coldTokens' | 'coldWarmUp' | 'partRounds'>>(async (plan): Promise<Parts> => {
  const { coldTokens, coldWarmUp, partRounds } = plan
  const file = new TokenFile(setting.folder, 'RS256')
  const rounds: Parts[] = []
  for (let round = -coldWarmUp; round < partRounds; round++) {
    const tokens = file.take(coldTokens.RS256)
    await concurrently(tokens, (token) => {
      nothing()
      decodeAll(token as string)
      decodePayload((token as string).split('.')[1] as string)
      return verifier.verify(token as string)
    })
    const parts = watch.read(tokens.length)
    if (round >= 0) rounds.push(parts)
  }
  const names = Object.keys(rounds[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((parts) => parts[name] ?? 0))]))
})
tell({ ready: true })
