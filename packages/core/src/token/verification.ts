import type { Issuer } from '../issuer/issuer.ts'
import type { IssuerRegistry } from '../issuer/registry.ts'
import type { VerificationKey } from '../keys/jwk.ts'
import type { SignedJwt } from '../keys/signature.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Confirmation } from './confirmation.ts'
import { attachFacts } from './facts.ts'
import type { TokenTimes } from './times.ts'
import type { UnverifiedToken } from './unverified.ts'
import type { AccessTokenClaims, VerifiedAccessToken } from './verified-access-token.ts'

/** A token that has passed the checks of ONCE, with what the checks of EACH_TIME need. */
export interface VerifiedToken {
  readonly auth: VerifiedAccessToken<object>
  readonly issuer: Issuer
  /** The key that signed it. */
  readonly key: VerificationKey
  readonly times: TokenTimes
}

/** A token that is being verified. A check may use what the checks before it have found. */
export class Verification {
  readonly token: string
  readonly registry: IssuerRegistry
  readonly maxTokenSize: number
  unverified!: UnverifiedToken
  issuer: Issuer | undefined
  times!: TokenTimes
  profile!: Profile
  signed: SignedJwt | undefined
  clientId: string | undefined
  scopes!: readonly string[]
  confirmation: Confirmation | undefined

  constructor(token: string, registry: IssuerRegistry, maxTokenSize: number) {
    this.token = token
    this.registry = registry
    this.maxTokenSize = maxTokenSize
  }

  /** The result, once every check has passed. It is deeply frozen, because requests share it. */
  result(): VerifiedToken {
    const { header, claims, key } = this.signed as SignedJwt
    for (const part of this.unverified.objects) Object.freeze(part)
    const { iss, sub, exp } = claims as unknown as AccessTokenClaims
    const auth = {
      claims,
      header,
      scopes: Object.freeze(this.scopes),
      issuer: iss,
      subject: sub,
      clientId: this.clientId,
      expiresAt: exp,
      confirmation: this.confirmation,
    }
    const issuer = this.issuer as Issuer
    const { includedIn, clockTolerance, clock } = issuer.configuration
    attachFacts(auth, { caller: this.profile.caller(claims), includedIn, wall: clock.wall, clockTolerance })
    return { auth: Object.freeze(auth), issuer, key, times: this.times }
  }
}
