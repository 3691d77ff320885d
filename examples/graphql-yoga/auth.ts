// Access tokens in GraphQL Yoga. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  checkRequirements,
  configurationFromEnvironment,
  createAccessTokenVerifier,
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { createGraphQLError } from 'graphql-yoga'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())

/** Gives a refusal the form of which Yoga sends status and headers. Yoga hides other errors from clients. */
function refuse(error: unknown): never {
  if (!(error instanceof ResourceServerError)) throw error
  const { message, code, status, headers } = error
  throw createGraphQLError(message, { extensions: { code, http: { status, headers: { ...headers } } } })
}

export const authenticate = (request: Request): Promise<VerifiedAccessToken> =>
  verifier.authenticate(request).catch(refuse)

/** For resolvers that require more than a valid token. */
export function requireAuth(auth: VerifiedAccessToken, requirements: Requirements): void {
  try {
    checkRequirements(auth, requirements)
  } catch (error) {
    refuse(error)
  }
}
