// Access tokens in gRPC. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import { Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js'
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  errorResponse,
  type Requirements,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  503: status.UNAVAILABLE,
}

/** Reads all values of the metadata `authorization`: if there are two, the call is refused. */
export function authenticate(metadata: Metadata, requirements: Requirements): Promise<VerifiedAccessToken> {
  const authorization = metadata.get('authorization').map(String)
  return verifier.authenticate({ headers: { authorization } }, requirements)
}

/** The status of a failure. The client receives the challenge, or Retry-After, as trailing metadata. */
export function callError(error: unknown): ServerErrorResponse {
  const { status: httpStatus, headers, body } = errorResponse(error)
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const details = body.error_description ?? body.message ?? ''
  const code = CODES[httpStatus] ?? status.INTERNAL
  return { name: 'CallError', message: details, details, code, metadata }
}
