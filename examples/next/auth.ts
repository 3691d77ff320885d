// Protects route handlers with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  type AccessTokenVerifier,
  configurationFromEnvironment,
  createAccessTokenVerifier,
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'

type Handler = (request: Request, auth: VerifiedAccessToken) => Response | Promise<Response>

let verifier: AccessTokenVerifier | undefined

/** Created with the first request, because `next build` loads this module without the variables of the server. */
const getVerifier = (): AccessTokenVerifier => {
  verifier ??= createAccessTokenVerifier(configurationFromEnvironment())
  return verifier
}

export const withAuth =
  (requirements: Requirements, handler: Handler) =>
  async (request: Request): Promise<Response> => {
    try {
      return await handler(request, await getVerifier().authenticate(request, requirements))
    } catch (error) {
      if (error instanceof ResourceServerError) return error.getResponse()
      throw error
    }
  }
