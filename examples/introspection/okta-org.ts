// An API that accepts tokens of the org authorization server of Okta. They are JWTs, but their contents may change without
// notice, so Okta is asked about each of them, and no signature is verified here.
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'

/**
 * Creates a verifier for tokens of the org authorization server.
 *
 * @param org - the address of the org, such as `https://example.okta.com`
 * @param client - an API services app of the org, or another confidential client
 */
export function orgVerifier(
  org: string,
  client: { readonly clientId: string; readonly clientSecret: string },
): AccessTokenVerifier {
  return createAccessTokenVerifier({
    issuer: org,
    audience: org,
    // Needed for a custom domain, which does not show that this is Okta.
    profile: 'okta',
    introspection: { ...client, when: 'only' },
  })
}
