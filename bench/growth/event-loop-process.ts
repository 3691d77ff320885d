import { monitorEventLoopDelay } from 'node:perf_hooks'
import { answerQuestions, tell } from '../child.ts'
import { candidateNamed } from '../core/candidates.ts'
import type { Plan } from '../plan.ts'
import { settingFromEnvironment } from '../policy.ts'
import { TokenFile } from '../token-store.ts'

// How late timers fire while 10,000 new tokens a second are sent to a verifier, ten of them each millisecond.

export interface EventLoopPoint {
  readonly p50: number
  readonly p99: number
  readonly worst: number
  /** Tokens verified per second; fewer than were due when the candidate cannot keep up. */
  readonly verified: number
}

/** The event loop without any token. */
const NOTHING = 'nothing'
const OFFERED_PER_MILLISECOND = 10
/** No more tokens are sent while so many are pending, so that the queue of a slow candidate does not grow without end. */
const MOST_PENDING = 1_000

const [name] = process.argv.slice(2) as [string]
const setting = settingFromEnvironment()
const instance = name === NOTHING ? undefined : await candidateNamed(name).make(setting, 'RS256')
const verify = instance?.verify as ((token: string) => unknown) | undefined
const file = new TokenFile(setting.folder, 'RS256')

async function offer(milliseconds: number): Promise<EventLoopPoint> {
  const tokens = verify === undefined ? [] : file.take(milliseconds * OFFERED_PER_MILLISECOND)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let offered = 0
  let pending = 0
  let verified = 0
  const one = async (token: string): Promise<void> => {
    pending++
    await verify?.(token)
    pending--
    verified++
  }
  const from = performance.now()
  delay.enable()
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      const elapsed = performance.now() - from
      const due = Math.min(Math.floor(elapsed * OFFERED_PER_MILLISECOND), tokens.length)
      while (offered < due && pending < MOST_PENDING) void one(tokens[offered++] as string)
      if (elapsed >= milliseconds) resolve()
      else setTimeout(tick, 1)
    }
    tick()
  })
  delay.disable()
  const took = performance.now() - from
  return {
    p50: delay.percentile(50) / 1e6,
    p99: delay.percentile(99) / 1e6,
    worst: delay.max / 1e6,
    verified: (verified / took) * 1_000,
  }
}

// The warm-up lasts until all code is compiled.
answerQuestions<Plan>(async ({ eventLoopMilliseconds, eventLoopWarmUp }) => {
  await offer(eventLoopWarmUp)
  return offer(eventLoopMilliseconds)
})
tell({ ready: true })
