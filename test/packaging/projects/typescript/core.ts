import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  errorResponse,
  InvalidTokenError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { type AdapterOptions, adapterSettings } from '@okta-resource-server/core/adapter'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [
  IsAny<AccessTokenVerifierOptions>,
  IsAny<AccessTokenVerifierOptions['issuer']>,
  IsAny<VerifiedAccessToken['claims']>,
  IsAny<AdapterOptions>,
] = [false, false, false, false]

const verifier = createAccessTokenVerifier({
  issuer: 'https://example.okta.com/oauth2/default',
  audience: 'api://default',
})
export async function subjectOf(token: string): Promise<string | undefined> {
  try {
    const auth: VerifiedAccessToken = await verifier.verify(token)
    return auth.subject
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.code
    return String(errorResponse(error).status)
  }
}
export const settings = adapterSettings({ verifier })

// @ts-expect-error an issuer is no number
createAccessTokenVerifier({ issuer: 1, audience: 'api://default' })
// @ts-expect-error an unknown option
createAccessTokenVerifier({ issuer: 'https://example.okta.com', audience: 'a', unknown: true })
