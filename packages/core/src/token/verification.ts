import type { Answer } from '../issuer/answers.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { IssuerRegistry } from '../issuer/registry.ts'
import type { VerificationKey } from '../keys/jwk.ts'
import type { JwsHeader, JwtClaims, SignedJwt } from '../keys/signature.ts'
import type { Configuration } from '../options/options.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Actor } from './actor.ts'
import type { Confirmation } from './confirmation.ts'
import { attachFacts } from './facts.ts'
import { type TokenTimes, type Validity, validityOf } from './times.ts'
import type { UnverifiedToken } from './unverified.ts'
import type { AccessTokenClaims, VerifiedAccessToken } from './verified-access-token.ts'

/** A token that has passed the checks of ONCE, with what the checks of EACH_TIME need, and what is known once it is cached. */
export interface VerifiedToken<Decision = unknown> extends TokenTimes, Validity {
  readonly auth: VerifiedAccessToken<object>
  readonly issuer: Issuer
  /** The key that signed it; `undefined` if no signature was verified. */
  readonly key: VerificationKey | undefined
  /** The answer of the authorization server about it; `undefined` if it was not asked. */
  readonly answer: Answer | undefined
  /** It is no JWT. */
  readonly isOpaque: boolean
  /** It is not bound to a key, and the API accepts such tokens, so possession is not checked. */
  readonly isPlain: boolean
  /** The number of writes of the revocation store when it was found not to be revoked. */
  validAt: number | undefined
  /** Digests that its DPoP proofs need, once one was checked. */
  digests: { readonly ath: string; readonly client: string } | undefined
  /**
   * The token, or the whole Authorization header in which it came last; empty until it is cached. It is kept here and not in an
   * entry of the cache, because each further object that a hit reads costs time in a large cache.
   */
  text: string
  /** Where the token starts in this text: at 0, unless the text is a header. */
  start: number
  /** Bytes that it takes in the cache. */
  size: number
  /** The decision about each request with this header, if nothing else of the request matters. */
  decision: Decision | undefined
  /** Whether it was found in the cache since it was added there, or since its eviction was last put off. */
  isUsed: boolean
}

/** Whether the key of the token is still published, and the answer about it fresh, as far as it has them. */
export function isConfirmed({ key, answer }: VerifiedToken, wall: number): boolean {
  return key?.published !== false && (answer === undefined || answer.isFresh(wall))
}

/**
 * Whether what vouches for the token still does: its key, the answer about it, or both. If not, it has to be verified again.
 *
 * @param wall - wall-clock time in milliseconds
 */
export function isVouchedFor(token: VerifiedToken, wall: number): boolean {
  const { issuer, key } = token
  return (key === undefined ? issuer.inUse : issuer.usable) && isConfirmed(token, wall)
}

const NO_HEADER: JwsHeader = Object.freeze({}) as JwsHeader

/** A token that is being verified. A check may use what the checks before it have found. */
export class Verification {
  readonly token: string
  readonly registry: IssuerRegistry
  /** What concerns all issuers of the verifier. */
  readonly configuration: Pick<
    Configuration,
    'maxTokenSize' | 'challengePolicy' | 'acceptsUnbound' | 'chooseIssuer'
  >
  /** The issuer that is asked if the token is opaque; `undefined`: the only one that can be asked. */
  readonly chosen: string | undefined
  isOpaque!: boolean
  unverified!: UnverifiedToken
  issuer: Issuer | undefined
  times!: TokenTimes
  profile!: Profile
  signed: SignedJwt | undefined
  answer: Answer | undefined
  /** The claims that the issuer vouches for: of the JWT, then of the answer. */
  claims: JwtClaims | undefined
  clientId: string | undefined
  scopes!: readonly string[]
  confirmation: Confirmation | undefined
  actor: Actor | undefined

  constructor(
    token: string,
    registry: IssuerRegistry,
    configuration: Verification['configuration'],
    chosen?: string,
  ) {
    this.token = token
    this.registry = registry
    this.configuration = configuration
    this.chosen = chosen
  }

  /** Whether a signature is verified. */
  get hasSignature(): boolean {
    return !this.isOpaque && this.issuer?.configuration.introspection?.when !== 'only'
  }

  /** Whether the issuer is asked about the token. */
  get isAsked(): boolean {
    return this.isOpaque || (this.issuer?.configuration.introspection?.when ?? 'opaque') !== 'opaque'
  }

  /** Whether the issuer has been replaced or closed meanwhile. */
  get hasLostIssuer(): boolean {
    const issuer = this.issuer as Issuer
    return this.hasSignature ? !issuer.usable : !issuer.inUse
  }

  /** Forgets what the issuer has vouched for. It has been replaced, and the other one may be asked about less. */
  startAgain(): void {
    this.signed = undefined
    this.answer = undefined
    this.claims = undefined
    this.clientId = undefined
  }

  /** The result, once every check has passed. It is deeply frozen, because requests share it. */
  result(): VerifiedToken {
    const { header = NO_HEADER, key } = this.signed ?? {}
    for (const part of this.unverified.objects) Object.freeze(part)
    const claims = this.claims as JwtClaims
    const { iss, sub, exp } = claims as unknown as AccessTokenClaims
    // `explain()` wants the result even if the times are malformed.
    const times = this.times as TokenTimes | undefined
    const auth = {
      claims,
      header,
      scopes: Object.freeze(this.scopes),
      issuer: iss,
      subject: sub,
      clientId: this.clientId,
      expiresAt: times?.expiresAt ?? exp,
      confirmation: this.confirmation,
      actor: this.actor,
    }
    const issuer = this.issuer as Issuer
    const { issuer: name, isFixed, includedIn, clockTolerance, clock } = issuer.configuration
    const { challengePolicy, acceptsUnbound, chooseIssuer } = this.configuration
    const caller = this.profile.caller(claims)
    attachFacts(auth, {
      caller,
      issuer: { issuer: name, isFixed },
      includedIn,
      wall: clock.wall,
      clockTolerance,
      challengePolicy,
    })
    const { answer, isOpaque, confirmation } = this
    const validity = times && validityOf(times, issuer.configuration)
    // Each member is written out, in the order in which a hit reads them. Those that a spread adds are stored apart.
    return {
      text: '',
      start: 0,
      decision: undefined,
      isUsed: false,
      isPlain: acceptsUnbound && confirmation === undefined && (!isOpaque || chooseIssuer === undefined),
      issuer,
      key,
      answer,
      validFrom: validity?.validFrom ?? 0,
      validUntil: validity?.validUntil ?? 0,
      validAt: undefined,
      auth: Object.freeze(auth),
      size: 0,
      isOpaque,
      expiresAt: times?.expiresAt ?? exp,
      notBefore: times?.notBefore ?? Number.NaN,
      issuedAt: times?.issuedAt ?? Number.NaN,
      digests: undefined,
    }
  }
}
