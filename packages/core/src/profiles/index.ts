import type { UnverifiedJwt } from '../keys/signature.ts'
import type { ProfileName } from '../options/issuer.ts'
import { generic } from './generic.ts'
import { okta } from './okta.ts'
import type { Profile } from './profile.ts'
import { rfc9068 } from './rfc9068.ts'

const PROFILES: Readonly<Record<ProfileName, Profile>> = Object.freeze({ okta, rfc9068, generic })

/** The first of the accepted profiles that the token matches. */
export function findProfile(token: UnverifiedJwt, accepted: readonly ProfileName[]): Profile | undefined {
  for (const name of accepted) {
    if (PROFILES[name].matches(token)) return PROFILES[name]
  }
  return undefined
}
