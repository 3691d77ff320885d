import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@okta-resource-server/core'
import { outcomeOf, verifierOptions } from '@okta-resource-server/testing'

/** A verifier with these keys, by default the ES256 key, and a stopped clock. */
export function verifierOf(
  options: Partial<AccessTokenVerifierOptions> = {},
  ...keys: readonly object[]
): AccessTokenVerifier {
  const defaults = verifierOptions()
  const jwks = keys.length > 0 ? { keys } : defaults.jwks
  return createAccessTokenVerifier({ ...defaults, jwks, ...options } as AccessTokenVerifierOptions)
}

/** The outcome for a token, with a verifier of {@link verifierOf}. */
export function judge(
  token: string,
  options?: Partial<AccessTokenVerifierOptions>,
  ...keys: readonly object[]
): Promise<string> {
  return outcomeOf(verifierOf(options, ...keys).verify(token))
}
