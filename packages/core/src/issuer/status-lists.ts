import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { keepAlive } from '../keep-alive.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { Answer } from './answers.ts'
import { fetchText } from './http.ts'
import { type DocumentSource, decodeDocument, documentFailure, verifyDocument } from './signed-document.ts'

const TYPE = 'statuslist+jwt'
/** Bytes of a list after decompression, and of all lists of an issuer; and how many lists. */
const MAX_SIZE = 4_194_304
const MAX_TOTAL_SIZE = 33_554_432
const MAX_LISTS = 1_000
/** Milliseconds for which a list is used if it does not say, and at most. */
const DEFAULT_AGE = 60_000
const MAX_AGE = 300_000
/** Milliseconds after a failure for which a list is not fetched again. */
const FAILURE_AGE = 1_000

const decompress = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)

/** A verified list: an answer about all tokens in it. */
class StatusList extends Answer {
  readonly bytes: Uint8Array
  readonly #bits: number
  readonly #timer: ReturnType<typeof setTimeout>

  /** @param age - milliseconds for which it is used, even if the wall clock is set back */
  constructor(bytes: Uint8Array, bits: number, wall: number, age: number) {
    super({}, wall + age, true, 'status_unavailable')
    this.bytes = bytes
    this.#bits = bits
    this.#timer = setTimeout(() => this.drop(), age)
    this.#timer.unref?.()
  }

  /** The status at an index, the first in the lowest bits of a byte; `undefined` if it is out of bounds. */
  at(index: number): number | undefined {
    const perByte = 8 / this.#bits
    const byte = this.bytes[Math.floor(index / perByte)]
    return byte === undefined ? undefined : (byte >> ((index % perByte) * this.#bits)) & (2 ** this.#bits - 1)
  }

  override drop(): void {
    clearTimeout(this.#timer)
    super.drop()
  }
}

/** @throws {RemoteDocumentError} the claims are not those of a list that can be used, and is at this address */
async function readList(claims: JwtClaims, uri: string, source: DocumentSource): Promise<StatusList> {
  const { issuer, clock, clockTolerance } = source.configuration
  const { sub, iss = issuer, iat, exp, ttl } = claims
  const { bits, lst } = (claims.status_list ?? {}) as { readonly bits?: unknown; readonly lst?: unknown }
  const fail = (what: string): never => {
    throw documentFailure(source.url, 'wrong_shape', `the status list ${what}`)
  }
  if (sub !== uri || iss !== issuer) fail('is another one (sub, iss)')
  const now = clock.wall() / 1_000
  const left = exp === undefined ? MAX_AGE : typeof exp === 'number' ? (exp - now) * 1_000 : Number.NaN
  if (!(left > 0) || typeof iat !== 'number' || iat > now + clockTolerance) fail('is out of date (iat, exp)')
  if (typeof lst !== 'string' || ![1, 2, 4, 8].includes(bits as number)) return fail('has no bits or lst')
  const limits = { maxOutputLength: MAX_SIZE }
  const bytes = await decompress(Buffer.from(lst, 'base64url'), limits).catch(() =>
    fail('is no zlib data, or too large'),
  )
  const wanted = typeof ttl === 'number' && ttl > 0 ? Math.max(ttl, 1) * 1_000 : DEFAULT_AGE
  return new StatusList(bytes, Number(bits), clock.wall(), Math.min(wanted, left, MAX_AGE))
}

/**
 * The status lists that the tokens of one issuer refer to.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ Token Status List, section 8}
 */
export class StatusLists {
  readonly #source: Omit<DocumentSource, 'url'>
  readonly #lists = new LRUCache<string, StatusList>({
    max: MAX_LISTS,
    maxSize: MAX_TOTAL_SIZE,
    sizeCalculation: ({ bytes }) => Math.max(bytes.length, 1),
    dispose: (list) => list.drop(),
  })
  readonly #failures = new LRUCache<string, number>({ max: MAX_LISTS })
  readonly #running = new Map<string, Promise<StatusList>>()
  readonly #end = new AbortController()
  constructor(source: Omit<DocumentSource, 'url'>) {
    this.#source = source
  }

  /**
   * The list that says that a token is valid. The claims of the token were verified.
   *
   * @throws {InvalidTokenError} `token_revoked`; `claim_malformed`; `status_not_supported`: it refers to something else
   * @throws {AuthorizationServerUnavailableError} `status_unavailable`
   */
  async check(status: object): Promise<Answer> {
    const { status_list: reference } = status as { readonly status_list?: unknown }
    if (reference === undefined) throw new InvalidTokenError('status_not_supported')
    const { uri, idx } = (reference ?? {}) as { readonly uri?: unknown; readonly idx?: unknown }
    if (typeof uri !== 'string' || !URL.canParse(uri) || !Number.isSafeInteger(idx)) {
      throw new InvalidTokenError('claim_malformed')
    }
    const { clock, statusListHosts } = this.#source.configuration
    if (statusListHosts?.has(new URL(uri).host) !== true) throw new InvalidTokenError('status_not_supported')
    const known = this.#lists.get(uri)
    const list = known?.isFresh(clock.wall()) ? known : await this.#fetchOnce(uri)
    const value = list.at(idx as number)
    if (value === undefined) throw new InvalidTokenError('claim_malformed')
    if (value !== 0) throw new InvalidTokenError('token_revoked')
    return list
  }

  /** Ends requests, and drops all lists. */
  close(): void {
    this.#end.abort()
    this.#lists.clear()
  }

  #fetchOnce(uri: string): Promise<StatusList> {
    const running = this.#running.get(uri)
    if (running !== undefined) return running
    const wait = (this.#failures.get(uri) ?? 0) - this.#source.configuration.clock.elapsed()
    if (wait > 0) throw new AuthorizationServerUnavailableError('status_unavailable', wait / 1_000)
    const call = keepAlive(this.#fetch(uri).finally(() => this.#running.delete(uri)))
    this.#running.set(uri, call)
    return call
  }

  async #fetch(uri: string): Promise<StatusList> {
    const { clock, fetch, allowInsecureHttp, timeoutDuration } = this.#source.configuration
    const { origin, pathname } = new URL(uri)
    const source = { ...this.#source, url: origin + pathname }
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(timeoutDuration)])
    try {
      const options = { fetch, allowInsecureHttp, signal, clock }
      const response = await fetchText(uri, `application/${TYPE}`, options)
      const claims = await verifyDocument(decodeDocument(response, TYPE, source), source)
      const list = await readList(claims, uri, source)
      this.#end.signal.throwIfAborted()
      this.#lists.set(uri, list)
      return list
    } catch (error) {
      if (this.#end.signal.aborted) throw new AuthorizationServerUnavailableError('verifier_closed', 1)
      this.#failures.set(uri, clock.elapsed() + FAILURE_AGE)
      throw new AuthorizationServerUnavailableError('status_unavailable', 1, error)
    }
  }
}
