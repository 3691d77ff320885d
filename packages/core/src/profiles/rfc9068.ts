import { hasTokenHash, headerKind } from './kind.ts'
import type { Profile } from './profile.ts'

/**
 * Access tokens with `typ` `at+jwt` or `application/at+jwt`, in any case. Claims that RFC 9068 requires may be missing:
 * authorization servers leave out `sub` for service tokens, or `jti`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-2.1 RFC 9068, section 2.1}
 */
export const rfc9068: Profile = {
  matches: ({ unverifiedHeader, unverifiedClaims }) =>
    headerKind(unverifiedHeader) === 'access_token' && !hasTokenHash(unverifiedClaims),
  requiresKid: false,
  clientClaims: ['client_id', 'azp'],
  // Authelia's tokens have `scp`.
  scopeClaims: ['scope', 'scp'],
  // RFC 9068 has no mark: `sub` may be the client, but some clients can choose an identifier like that of a user.
  callerClaim: undefined,
  caller: () => undefined,
}
