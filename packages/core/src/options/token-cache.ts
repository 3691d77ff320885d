import { checkKnown, checkPositiveInteger, invalidOption, isOptions } from './checks.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'

/** Limits of the cache of verified tokens; `false` switches it off. */
export type TokenCacheOption =
  | {
      /**
       * Maximum number of tokens, at most 1,000,000.
       *
       * @default 10_000
       */
      readonly max?: number
      /**
       * Maximum size in bytes. A token takes about 3.2 bytes per character and 1 KB.
       *
       * @default 8_192 bytes per token of `max`, and at least one token of `maxTokenSize`
       */
      readonly maxSize?: number
    }
  | false

/** The validated option `tokenCache`. */
export interface TokenCacheConfiguration {
  readonly max: number
  /** Bytes. */
  readonly maxSize: number
}

/** Bytes that a cached token takes besides its text and claims: list and map cells, the result's own objects. */
const ENTRY_OVERHEAD = 1_024
/** The text takes one byte per character. The rest is for the claims, whose short strings take more than long ones. */
const BYTES_PER_CHARACTER = 3.2

/** Bytes that a token of this length takes in the cache. */
export function cachedSize(length: number): number {
  return Math.ceil(ENTRY_OVERHEAD + length * BYTES_PER_CHARACTER)
}

/** Validates the option `tokenCache`. */
export function checkTokenCache(option: unknown, maxTokenSize: number): TokenCacheConfiguration | undefined {
  if (option === false) return undefined
  if (option !== undefined && !isOptions(option)) {
    invalidOption('tokenCache', 'tokenCache must be { max: number of tokens, maxSize: bytes } or false')
  }
  const limits: { readonly max?: unknown; readonly maxSize?: unknown } = option ?? {}
  checkKnown(limits, ['max', 'maxSize'], 'tokenCache.')
  const { max: givenMax = DEFAULTS.tokenCacheMax } = limits
  const max = checkPositiveInteger('tokenCache.max', givenMax, LIMITS.tokenCacheMax)
  const defaultSize = Math.max(max * DEFAULTS.tokenCacheBytesPerToken, cachedSize(maxTokenSize))
  const { maxSize: givenSize = defaultSize } = limits
  const maxSize = checkPositiveInteger('tokenCache.maxSize', givenSize, LIMITS.tokenCacheMaxSize)
  return Object.freeze({ max, maxSize })
}
