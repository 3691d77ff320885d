import type { UnverifiedToken } from '../decode.ts'
import { generic } from './generic.ts'
import { okta } from './okta.ts'
import { rfc9068 } from './rfc9068.ts'

/** How an access token is told from an ID token or any other JWT of the same issuer (RFC 8725 §3.11, §3.12). */
export interface Profile {
  /** Whether the token bears this profile's marks. */
  readonly matches: (token: UnverifiedToken) => boolean
  /** Whether the header must name the key. */
  readonly demandsKeyId: boolean
}

export const PROFILE_NAMES = ['okta', 'rfc9068', 'generic'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

const PROFILES: Readonly<Record<ProfileName, Profile>> = Object.freeze({ okta, rfc9068, generic })

/** The first of the accepted profiles that the token matches. */
export function profileOf(token: UnverifiedToken, accepted: readonly ProfileName[]): Profile | undefined {
  for (const name of accepted) {
    if (PROFILES[name].matches(token)) return PROFILES[name]
  }
  return undefined
}
