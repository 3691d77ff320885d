import { parseJsonObject } from '../keys/json-object.ts'
import { mediaType } from '../keys/media-type.ts'
import type { JwsHeader, JwtClaims, SignedJwt, UnverifiedJwt } from '../keys/signature.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import type { EndpointResponse } from './http.ts'

/** Verifies a signature with the keys of the issuer. */
export type VerifyDocument = (document: UnverifiedJwt) => Promise<SignedJwt>

/** Where a document came from. */
export interface DocumentSource {
  /** Without query. */
  readonly url: string
  readonly configuration: IssuerConfiguration
  readonly verify: VerifyDocument
}

export const documentFailure = (
  url: string,
  code: RemoteDocumentError['code'],
  what: string,
): RemoteDocumentError => new RemoteDocumentError(code, url, `${url}: ${what}`, { status: 200 })

function decode(jwt: string, url: string): UnverifiedJwt {
  const segments = jwt.trim().split('.', 6)
  const [header, claims] = segments.map((segment) => parseJsonObject(Buffer.from(segment, 'base64url'), []))
  if (segments.length !== 3 || typeof header?.alg !== 'string' || claims === undefined) {
    throw documentFailure(url, 'wrong_shape', 'the answer is not a signed JWT')
  }
  return {
    unverifiedHeader: header as JwsHeader,
    unverifiedClaims: claims,
    segments: segments as unknown as UnverifiedJwt['segments'],
  }
}

/**
 * Decodes a signed document, and checks that it says of itself what it is.
 *
 * @param type - `typ`, which is the media type without its prefix
 * @throws {RemoteDocumentError}
 */
export function decodeDocument(
  response: EndpointResponse,
  type: string,
  { url, configuration }: DocumentSource,
): UnverifiedJwt {
  const wanted = `application/${type}`
  if (response.mediaType !== wanted) {
    throw documentFailure(url, 'wrong_shape', `the answer is not signed; its type is not ${wanted}`)
  }
  const document = decode(response.text, url)
  const { typ, alg, crit } = document.unverifiedHeader
  if (mediaType(typ) !== type || crit !== undefined) {
    throw documentFailure(url, 'wrong_shape', `the typ of the signed answer is not ${type}`)
  }
  if (!configuration.algorithms.has(canonicalAlgorithm(alg))) {
    throw documentFailure(
      url,
      'signature_invalid',
      'the answer is signed with an algorithm that is not allowed',
    )
  }
  return document
}

/**
 * The claims of a document, once a key of the issuer has verified its signature.
 *
 * @throws {RemoteDocumentError} `signature_invalid`
 * @throws {AuthorizationServerUnavailableError} the keys are unavailable
 */
export async function verifyDocument(
  document: UnverifiedJwt,
  { url, verify }: DocumentSource,
): Promise<JwtClaims> {
  try {
    return (await verify(document)).claims
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    throw documentFailure(url, 'signature_invalid', 'no key of the issuer verifies the signed answer')
  }
}
