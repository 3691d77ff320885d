import type { Configuration } from '../options/options.ts'
import { warnOnce } from '../warnings.ts'
import { ImpossibleRequirements } from './impossible-requirements.ts'

/** Verifiers of one issuer after which it is certain enough that they are not shared. */
const LIMITS = {
  /** They decided about a request in the same tick in which they were created. */
  usedAtOnce: 3,
  created: 100,
} as const
const MAX_COUNTS = 2_000
const counts = new Map<string, number>()
let isReported = false

function count(event: keyof typeof LIMITS, issuer: string): void {
  if (isReported) return
  const key = `${event} ${issuer}`
  const seen = (counts.get(key) ?? 0) + 1
  if (seen === LIMITS[event]) {
    isReported = true
    counts.clear()
    const message =
      'A verifier is created for each request. It fetches keys and verifies every signature again. Call oktaAuth() or createAccessTokenVerifier() once, when the application starts, and use the result for all requests.'
    warnOnce('ORS_VERIFIER_PER_REQUEST', { issuer, isFixed: true }, message)
    return
  }
  if (counts.has(key) || counts.size < MAX_COUNTS) counts.set(key, seen)
}

/**
 * Notices the first use of a verifier, requirements that its tokens cannot meet, and verifiers that are created for each request,
 * which is reported once per process.
 */
export class Usage {
  readonly impossible: ImpossibleRequirements
  #isNew = true
  /** It was created in this tick. */
  #isYoung = true
  readonly #issuer: string

  constructor(configuration: Configuration) {
    const { issuers } = configuration
    this.#issuer = issuers.size === 0 ? 'found by a function' : [...issuers.keys()].join(', ')
    this.impossible = new ImpossibleRequirements(configuration)
    queueMicrotask(() => {
      this.#isYoung = false
    })
    count('created', this.#issuer)
  }

  /** The verifier decides about a request, or about a bare token. A token from its cache is never the first one. */
  note(requirements: unknown, isRequest: boolean): void {
    this.impossible.note(requirements)
    if (!this.#isNew) return
    this.#isNew = false
    this.impossible.begin()
    if (isRequest && this.#isYoung) count('usedAtOnce', this.#issuer)
  }
}
