import type { ReplayStore, RevocationStore } from '@okta-resource-server/core'
import {
  checkKnown,
  checkStrings,
  createSignedJwtVerifier,
  invalidOption,
  isObject,
  type SignedJwtOptions,
  type SignedJwtVerifier,
} from '@okta-resource-server/core/adapter'
import { memoryUsedTokens } from './used-tokens.ts'

/** Options of both receivers. Those of the keys are as for access tokens. */
export interface ReceiverOptions extends Omit<SignedJwtOptions, 'issuer' | 'audience'> {
  /** The Okta org, such as `https://example.okta.com`, exactly as in the claim `iss` of its tokens. */
  readonly issuer: string
  /** Where revocations are written: the store that the verifiers of access tokens have as `revocation.isRevoked`. */
  readonly store: RevocationStore
  /**
   * The issuers of the access tokens that are revoked: with Okta, the custom authorization servers of the org, such as
   * `https://example.okta.com/oauth2/default`.
   */
  readonly tokenIssuers: string | readonly string[]
  /**
   * The claim of access tokens that contains the id of the user at `issuer`. Okta writes it into `uid`; `sub` is for
   * transmitters whose access tokens have it there.
   *
   * @default 'uid'
   */
  readonly userClaim?: 'uid' | 'sub'
  /**
   * Remembers tokens that were used, for several processes: `redisReplayStore()` of `@okta-resource-server/redis`.
   *
   * @default the memory of this process
   */
  readonly replayStore?: ReplayStore
  /**
   * Accepted signature algorithms.
   *
   * @default ['RS256']
   */
  readonly algorithms?: readonly string[]
}

/** The validated options of both receivers. */
export interface ReceiverSettings {
  readonly verifier: SignedJwtVerifier
  readonly replayStore: ReplayStore
  readonly store: RevocationStore
  /**
   * Revokes the access tokens of a user, at each of the issuers.
   *
   * @param before - seconds since the epoch
   * @returns the number of revocations
   */
  readonly revoke: (userId: string, before: number) => Promise<number>
}

const KEY_OPTIONS = [
  'issuer',
  'audience',
  'algorithms',
  'clockTolerance',
  'metadataUri',
  'jwksHosts',
  'jwksUri',
  'jwks',
  'initialJwks',
  'cacheMaxAge',
  'cooldownDuration',
  'timeoutDuration',
  'staleIfError',
  'allowInsecureHttp',
  'fetch',
  'clock',
] as const satisfies readonly (keyof SignedJwtOptions)[]

const OWN_OPTIONS = ['store', 'tokenIssuers', 'userClaim', 'replayStore'] as const

const ALGORITHMS = ['RS256'] as const

/** The value as a store, by a method of it. */
function checkStore(option: string, value: unknown, method: string, example: string): void {
  if (typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function') return
  const message = `${option} must be a store, such as ${example}`
  invalidOption(option, message, value === undefined ? 'option_missing' : 'option_invalid')
}

/** The issuer is the org, not one of its custom authorization servers: these send no events. */
function checkOrg(issuer: unknown): void {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return
  if (!/^\/oauth2\/(default|aus\w+)\/?$/.test(new URL(issuer).pathname)) return
  const message =
    'issuer must be the Okta org, such as https://example.okta.com; list its custom authorization servers in tokenIssuers'
  invalidOption('issuer', message)
}

/**
 * Validates the options that both receivers have.
 *
 * @param more - names of the other options
 * @throws {ConfigurationError}
 */
export function receiverSettings(
  options: ReceiverOptions & { readonly audience: string | readonly string[] },
  more: readonly string[],
): ReceiverSettings {
  if (!isObject(options)) {
    invalidOption(
      'options',
      'the options must be an object such as { issuer, audience, store, tokenIssuers }',
    )
  }
  checkKnown(options, [...KEY_OPTIONS, ...OWN_OPTIONS, ...more], '')
  const { store, replayStore, userClaim = 'uid' } = options
  checkOrg(options.issuer)
  if ((options.audience as unknown) === null) {
    invalidOption('audience', 'audience must be the aud that the issuer writes for this receiver')
  }
  checkStore('store', store, 'revoke', 'memoryRevocationStore()')
  if (replayStore !== undefined) checkStore('replayStore', replayStore, 'claim', 'redisReplayStore(client)')
  if (userClaim !== 'uid' && userClaim !== 'sub') {
    invalidOption('userClaim', "userClaim must be 'uid' or 'sub'")
  }
  if (options.tokenIssuers === undefined) {
    const message =
      'tokenIssuers is missing; set it to the issuers of the access tokens to revoke, such as https://example.okta.com/oauth2/default'
    invalidOption('tokenIssuers', message, 'option_missing')
  }
  const tokenIssuers = checkStrings('tokenIssuers', options.tokenIssuers)
  const verifier = createSignedJwtVerifier({ ...options, algorithms: options.algorithms ?? ALGORITHMS })
  return {
    verifier,
    store,
    replayStore: replayStore ?? memoryUsedTokens(),
    async revoke(userId, before) {
      await Promise.all(
        tokenIssuers.map((issuer) =>
          store.revoke(
            userClaim === 'uid' ? { issuer, uid: userId, before } : { issuer, subject: userId, before },
          ),
        ),
      )
      return tokenIssuers.length
    },
  }
}
