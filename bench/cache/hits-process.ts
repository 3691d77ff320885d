import { answerQuestions, tell } from '../child.ts'
import { GROUP, timeOfGroups } from '../groups.ts'
import { type Decide, libraryOf, requestWith, type Verifier, type Version } from '../library.ts'
import type { Plan } from '../plan.ts'
import { AUDIENCE, ISSUER, settingFromEnvironment } from '../policy.ts'
import { note, type Row, type Series, spreadOf } from '../row.ts'
import { median } from '../statistics.ts'
import { draws, type Order } from './draws.ts'
import { acceptEverySignature, forger } from './forged-token.ts'
import { LIMIT, limit } from './limit.ts'

// What a hit costs, and how many there are, when the number of tokens in use is `tokenCache.max`.

/** Microseconds per token that was in the cache, by round. */
export interface HitRow extends Row {
  readonly version: Version | typeof LIMIT
  readonly order: Order
  /** Tokens in use, and `tokenCache.max`. */
  readonly tokens: number
  /** Share of the tokens that were in the cache, in a pass that was not timed. */
  readonly hitRate: number
  /** `decide`: synchronous. */
  readonly decide: Series
  /** `verify`: a promise. */
  readonly verify: Series
  /** Microseconds to verify and admit a new token, for which another one is evicted; of this version only. */
  admission?: number
}

export interface HitsQuestion {
  readonly plan: Plan
  readonly tokens: number
  readonly order: Order
}

const AT_ONCE = 100
/** Tokens per round. */
const COUNT = 20_000
/** New tokens that are admitted. */
const ADMITTED = 4_000
/**
 * Passes before the first that counts. A token is admitted when it is verified the second time; in random order
 * 2 % of the tokens have been drawn less than twice after six passes.
 */
const WARM_UP: Readonly<Record<Order, number>> = { 'round-robin': 3, random: 6 }

const version = process.argv[2] as HitRow['version']
const library = version === LIMIT ? limit : await libraryOf(version, settingFromEnvironment())
const decide: Decide = library.decide
const signaturesVerified = acceptEverySignature()
const { key, token } = forger()

/** Tokens as bytes, from which each use makes a new string, as each request brings one. */
function tokenBytes(count: number): (index: number) => string {
  const width = token(0).length
  const bytes = Buffer.allocUnsafe(count * width)
  for (let index = 0; index < count; index++) bytes.write(token(index), index * width, 'latin1')
  return (index) => bytes.toString('latin1', index * width, (index + 1) * width)
}

/** The median of eight groups. Each token is verified before, so that it is admitted when it is verified here. */
async function admissionTime(verifier: Verifier, known: number): Promise<number> {
  const times: number[] = []
  for (let group = 0; group < 8; group++) {
    const size = ADMITTED / 8
    const fresh = Array.from({ length: size }, (_, index) => token(known + group * size + index))
    for (const each of fresh) await verifier.verify(each)
    const started = performance.now()
    for (const each of fresh) await verifier.verify(each)
    times.push(((performance.now() - started) * 1_000) / size)
  }
  return median(times)
}

async function measure({ plan, tokens, order }: HitsQuestion): Promise<HitRow> {
  const text = tokenBytes(tokens)
  const verifier: Verifier = library.createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: { keys: [key.jwk] } as never,
    tokenCache: { max: tokens },
  })
  const draw = draws(order, tokens)
  const some = (count: number): string[] => Array.from({ length: count }, () => text(draw()))
  const pass = async (): Promise<number> => {
    const before = signaturesVerified()
    for (let done = 0; done < tokens; done += AT_ONCE) {
      await Promise.all(some(AT_ONCE).map((each) => verifier.authenticate(requestWith(each))))
    }
    return (signaturesVerified() - before) / tokens
  }
  for (let index = 0; index < WARM_UP[order]; index++) await pass()
  const hitRate = 1 - (await pass())

  const decideGroup = async (): Promise<number | undefined> => {
    const requests = some(GROUP).map(requestWith)
    let promises = 0
    const started = performance.now()
    for (const request of requests) {
      const outcome = decide(verifier, request)
      if (outcome instanceof Promise) {
        promises++
        await outcome
      }
    }
    const took = performance.now() - started
    return promises === 0 ? took : undefined
  }
  const verifyGroup = async (): Promise<number | undefined> => {
    const strings = some(GROUP)
    const before = signaturesVerified()
    const started = performance.now()
    for (const each of strings) await verifier.verify(each)
    const took = performance.now() - started
    return signaturesVerified() === before ? took : undefined
  }
  const name = `${tokens.toLocaleString('en')} tokens, ${order}`
  const kind = version === LIMIT ? 'limit' : version === 'this library' ? 'this' : 'earlier'
  const row: HitRow = { name, kind, version, order, tokens, hitRate, decide: [], verify: [] }
  const rounds = async (from: number): Promise<void> => {
    for (let index = 0; index < plan.hitRounds; index++) {
      note(row.decide, from + index, await timeOfGroups(COUNT, decideGroup))
      note(row.verify, from + index, await timeOfGroups(COUNT, verifyGroup))
    }
  }
  // V8 compiles what is measured, and moves the tokens to the old generation, within the first 200,000 hits.
  for (let index = 0; index < 10; index++) {
    await timeOfGroups(COUNT, decideGroup)
    await timeOfGroups(COUNT, verifyGroup)
  }
  await rounds(0)
  const firstSpread = Math.max(
    spreadOf(row, row, (each) => each.decide),
    spreadOf(row, row, (each) => each.verify),
  )
  if (firstSpread > plan.mostSpread) {
    row.repeat = { from: plan.hitRounds, firstSpread }
    await rounds(plan.hitRounds)
  }
  if (version === 'this library') row.admission = await admissionTime(verifier, tokens)
  verifier.close()
  return row
}

answerQuestions(measure)
tell({ ready: true })
