import type { BuiltInClients } from './clients.ts'
import type { Clock } from './clock.ts'
import type { MfaTokens } from './mfa-tokens.ts'
import type { ClientOptions, Knobs } from './options.ts'
import type { BucketRateLimit, OtpRateLimit } from './rate-limits.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Storage } from './storage.ts'
import type { Users } from './users.ts'

/** The state that is shared by the parts of an authorization server. */
export interface ServerState {
  readonly audience: string
  readonly clock: Clock
  readonly knobs: Knobs
  readonly keys: SigningKeys
  readonly users: Users
  readonly clients: BuiltInClients
  readonly moreClients: readonly ClientOptions[]
  readonly storage: Storage
  readonly mfaTokens: MfaTokens
  readonly otpRateLimit: OtpRateLimit
  readonly bucket: BucketRateLimit
}
