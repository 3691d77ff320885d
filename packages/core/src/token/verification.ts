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

/** A token that has passed the checks of ONCE, with what the checks of EACH_TIME need. */
export interface VerifiedToken extends TokenTimes, Validity {
  readonly auth: VerifiedAccessToken<object>
  readonly issuer: Issuer
  /** The key that signed it; `undefined` if no signature was verified. */
  readonly key: VerificationKey | undefined
  /** The answer of the authorization server about it; `undefined` if it was not asked. */
  readonly answer: Answer | undefined
  /** It is no JWT. */
  readonly isOpaque: boolean
  /** A bearer token that the API accepts as such, so that of a request only its header matters, unless it has requirements. */
  readonly isPlain: boolean
  /** The number of writes of the revocation store when it was found not to be revoked. */
  validAt: number | undefined
  /** Digests that its DPoP proofs need, once one was checked. */
  digests: { readonly ath: string; readonly client: string } | undefined
}

/**
 * Whether what vouches for the token still does: its key, the answer about it, or both. If not, it has to be verified again.
 *
 * @param wall - wall-clock time in milliseconds
 */
export function isVouchedFor({ issuer, key, answer }: VerifiedToken, wall: number): boolean {
  if (key === undefined ? !issuer.inUse : !issuer.usable || !key.published) return false
  return answer === undefined || answer.isFresh(wall)
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
    const facts = { caller, issuer: { issuer: name, isFixed }, includedIn, wall: clock.wall, clockTolerance }
    attachFacts(auth, { ...facts, challengePolicy })
    const { answer, isOpaque } = this
    const isPlain =
      acceptsUnbound && this.confirmation === undefined && (!isOpaque || chooseIssuer === undefined)
    const own = { auth: Object.freeze(auth), issuer, key, answer, isOpaque, isPlain }
    const validity = times && validityOf(times, issuer.configuration)
    return { ...own, ...this.times, ...(validity as Validity), validAt: undefined, digests: undefined }
  }
}
