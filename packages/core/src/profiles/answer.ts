import { generic } from './generic.ts'
import { okta } from './okta.ts'
import type { Profile } from './profile.ts'

/**
 * Where an introspection response holds client and scopes (RFC 7662, section 2.2). Claims of the token may be there as well,
 * and must agree.
 */
const COMMON = {
  matches: () => true,
  requiresKid: false,
  clientClaims: ['client_id', 'cid', 'azp', 'appid'],
  scopeClaims: ['scope', 'scp'],
} as const

const answered: Profile = { ...COMMON, callerClaim: 'idtyp', caller: generic.caller }
/** Okta's answer has `uid` if there is a user, as its tokens have. */
const answeredByOkta: Profile = { ...COMMON, callerClaim: 'uid', caller: okta.caller }

/** How the answer of an authorization server about a token is read. */
export const profileOfAnswer = (isOkta: boolean): Profile => (isOkta ? answeredByOkta : answered)
