// An API whose authorization server issues opaque access tokens: it asks the server about each of them (RFC 7662).
import { subscribe } from 'node:diagnostics_channel'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type DiagnosticsMessages,
} from '@okta-resource-server/core'

/**
 * Creates a verifier that asks the authorization server about opaque tokens.
 *
 * @param client - the client of this API at the authorization server
 */
export function opaqueTokenVerifier(
  options: Pick<AccessTokenVerifierOptions, 'issuer' | 'audience'>,
  client: { readonly clientId: string; readonly clientSecret: string },
): AccessTokenVerifier {
  return createAccessTokenVerifier({
    ...options,
    // A revoked token is accepted for up to 15 seconds more.
    introspection: { ...client, cacheMaxAge: 15_000, maxCallsPerMinute: 2_000 },
  })
}

// Clients get a 503. This says why: wrong credentials need an operator, an outage may end without one.
const FAILED = 'okta-resource-server:introspection.failed'
subscribe(FAILED, (message) => {
  const { issuer, reason, error } = message as DiagnosticsMessages[typeof FAILED]
  console.error(`${issuer} could not be asked about a token (${reason}): ${error.message}`)
})
