import { AuthorizationServerUnavailableError } from '../refusal/errors.ts'

/** One use of a DPoP proof. It contains digests, and nothing of the proof itself. */
export interface ReplayUse {
  /** Identifies the proof: a base64url digest of its key's thumbprint and its `jti`. */
  readonly key: string
  /** Identifies the client: a base64url digest of issuer and client id. */
  readonly client: string
  /** The thumbprint of the proof key (RFC 7638). */
  readonly thumbprint: string
  /** Milliseconds, more than 0, for which the use must be remembered. After that the proof is refused for its age. */
  readonly timeToLive: number
}

/**
 * Remembers which DPoP proofs were used.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-11.1 RFC 9449, section 11.1}
 */
export interface ReplayStore {
  /**
   * Claims a use atomically: of several calls with the same `key`, exactly one returns `true`.
   *
   * A store that cannot answer must throw or reject; the request is then refused with 503, as it is if the answer is no boolean
   * or takes longer than `dpop.timeoutDuration`. It must not forget a use before `timeToLive` has passed.
   *
   * @returns `true` for the first use
   */
  claim(use: ReplayUse): boolean | Promise<boolean>
  /** Resolves if the store can be used now, and rejects if not. `verifier.ready()` calls it, and waits at least 10 seconds. */
  ready?(): Promise<void>
}

/** Limits of {@link memoryReplayStore}. */
export interface MemoryReplayStoreOptions {
  /**
   * Maximum number of proofs that are remembered. A proof takes about 150 bytes.
   *
   * @default 500_000
   */
  readonly max?: number
  /**
   * Maximum number of proofs of one client, so that a client cannot use up the space of all others.
   *
   * @default half of `max`
   */
  readonly maxPerClient?: number
  /**
   * Maximum number of proofs made with one key.
   *
   * @default a fifth of `max`
   */
  readonly maxPerKey?: number
}

/** Time as the store needs it: a proof is forgotten once it is over by both clocks. */
export interface StoreClock {
  /** Wall-clock time in milliseconds, by which the age of proofs is judged. It may be set back. */
  readonly wall: () => number
  /** Milliseconds on a clock that is never set. */
  readonly monotonic: () => number
}

/** How many uses a client or a key has in the store. */
interface Counter {
  readonly name: string
  uses: number
}

/** The uses that end in the same second. Three parallel lists take less memory than objects. */
interface Bucket {
  readonly keys: string[]
  readonly clients: Counter[]
  readonly thumbprints: Counter[]
  /** Monotonic time at which the last of them ends. */
  end: number
}

/** Milliseconds between removals of uses that have ended. */
const SWEEP_INTERVAL = 1_000
const IDLE_SWEEP_INTERVAL = 30_000

/** A bounded store in the memory of one process. It never forgets a use that has not ended. */
export class MemoryReplayStore implements ReplayStore {
  readonly #max: number
  readonly #maxPerClient: number
  readonly #maxPerKey: number
  readonly #clock: StoreClock
  readonly #used = new Set<string>()
  readonly #clients = new Map<string, Counter>()
  readonly #thumbprints = new Map<string, Counter>()
  /** By the second of the wall clock at which the uses end. */
  readonly #buckets = new Map<number, Bucket>()
  #sweptAt = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ max, maxPerClient, maxPerKey }: Required<MemoryReplayStoreOptions>, clock: StoreClock) {
    this.#max = max
    this.#maxPerClient = maxPerClient
    this.#maxPerKey = maxPerKey
    this.#clock = clock
  }

  /** The number of uses that are remembered. */
  get size(): number {
    return this.#used.size
  }

  claim({ key, client, thumbprint, timeToLive }: ReplayUse): boolean {
    const [wall, monotonic] = [this.#clock.wall(), this.#clock.monotonic()]
    if (monotonic - this.#sweptAt >= SWEEP_INTERVAL) this.#sweep(wall, monotonic)
    if (this.#used.has(key)) return false
    if (!this.#hasRoom(client, thumbprint)) {
      this.#sweep(wall, monotonic)
      if (!this.#hasRoom(client, thumbprint)) throw this.#full(wall)
    }
    this.#used.add(key)
    const bucket = this.#bucket(Math.ceil((wall + timeToLive) / 1_000))
    bucket.keys.push(key)
    bucket.clients.push(counted(this.#clients, client))
    bucket.thumbprints.push(counted(this.#thumbprints, thumbprint))
    bucket.end = Math.max(bucket.end, monotonic + timeToLive)
    this.#timer ??= this.#sweepLater()
    return true
  }

  #hasRoom(client: string, thumbprint: string): boolean {
    return (
      this.#used.size < this.#max &&
      (this.#clients.get(client)?.uses ?? 0) < this.#maxPerClient &&
      (this.#thumbprints.get(thumbprint)?.uses ?? 0) < this.#maxPerKey
    )
  }

  #full(wall: number): AuthorizationServerUnavailableError {
    const wait = Math.min(...this.#buckets.keys()) - wall / 1_000
    return new AuthorizationServerUnavailableError('replay_store_full', wait)
  }

  #bucket(second: number): Bucket {
    const bucket = this.#buckets.get(second) ?? { keys: [], clients: [], thumbprints: [], end: 0 }
    this.#buckets.set(second, bucket)
    return bucket
  }

  /** Removes what has ended by both clocks, so that setting the wall clock, forth or back, makes no proof usable again. */
  #sweep(wall: number, monotonic: number): void {
    this.#sweptAt = monotonic
    for (const [second, { keys, clients, thumbprints, end }] of this.#buckets) {
      if (!(second * 1_000 <= wall && end <= monotonic)) continue
      for (const key of keys) this.#used.delete(key)
      for (const client of clients) discount(this.#clients, client)
      for (const thumbprint of thumbprints) discount(this.#thumbprints, thumbprint)
      this.#buckets.delete(second)
    }
  }

  /** Removes what has ended from the store of an API that gets no requests. */
  #sweepLater(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#sweep(this.#clock.wall(), this.#clock.monotonic())
      this.#timer = this.#used.size === 0 ? undefined : this.#sweepLater()
    }, IDLE_SWEEP_INTERVAL)
    timer.unref?.()
    return timer
  }
}

function counted(counters: Map<string, Counter>, name: string): Counter {
  const counter = counters.get(name) ?? { name, uses: 0 }
  if (counter.uses === 0) counters.set(name, counter)
  counter.uses++
  return counter
}

function discount(counters: Map<string, Counter>, counter: Counter): void {
  counter.uses--
  if (counter.uses === 0) counters.delete(counter.name)
}
