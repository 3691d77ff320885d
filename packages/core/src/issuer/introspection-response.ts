import { parseJsonObject } from '../keys/json-object.ts'
import type { JwtClaims } from '../keys/signature.ts'
import { isObject } from '../options/checks.ts'
import type { EndpointResponse } from './http.ts'
import {
  type DocumentSource,
  decodeDocument,
  documentFailure as failure,
  verifyDocument,
} from './signed-document.ts'

/** `typ` of a signed answer (RFC 9701, section 5). */
const SIGNED_TYPE = 'token-introspection+jwt'
/** Seconds by which a signed answer may be older than the clocks may differ: a recorded one must not be used again. */
const MAX_AGE = 60

type Members = Readonly<Record<string, unknown>>

/**
 * The claims around the answer: it is for this API, and new (RFC 9701, section 5). Servers name the API by its client id or by
 * the audience of its tokens.
 */
function checkEnvelope(
  { iss, aud, iat }: JwtClaims,
  { url, configuration: { issuer, audience, introspection, clock, clockTolerance } }: DocumentSource,
): void {
  if (iss !== issuer) throw failure(url, 'issuer_mismatch', 'the signed answer has another issuer')
  const isOwn = (name: unknown): boolean =>
    name === introspection?.clientId || audience?.includes(name as string) === true
  if (![aud].flat().some(isOwn)) {
    throw failure(url, 'wrong_shape', 'the signed answer is for another API (aud)')
  }
  const age = clock.wall() / 1_000 - (typeof iat === 'number' ? iat : Number.NaN)
  if (!(age >= -clockTolerance && age <= clockTolerance + MAX_AGE)) {
    throw failure(url, 'wrong_shape', 'the signed answer has no iat, or is not new')
  }
}

/**
 * The claim `token_introspection` of a signed answer, which is its only source of data.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9701#section-5 RFC 9701, section 5}
 */
async function readSigned(response: EndpointResponse, source: DocumentSource): Promise<Members> {
  const answer = decodeDocument(response, SIGNED_TYPE, source)
  checkEnvelope(answer.unverifiedClaims, source)
  const { token_introspection: members } = await verifyDocument(answer, source)
  if (!isObject(members)) {
    throw failure(source.url, 'wrong_shape', 'the signed answer has no token_introspection')
  }
  return members as Members
}

function readPlain({ text }: EndpointResponse, url: string): Members {
  const members = parseJsonObject(Buffer.from(text), [])
  if (members === undefined) throw failure(url, 'invalid_json', 'the answer is not a well-formed JSON object')
  return members
}

/** Freezes a value and everything in it. The parser has limited its depth. */
function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}

/**
 * Reads an introspection response. Some servers write `null` for what others leave out.
 *
 * @returns the members besides `active`, deeply frozen; `undefined` if the token is not active
 * @throws {RemoteDocumentError} it is no introspection response
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662#section-2.2 RFC 7662, section 2.2}
 */
export async function readIntrospectionResponse(
  response: EndpointResponse,
  source: DocumentSource,
): Promise<JwtClaims | undefined> {
  const { url, configuration } = source
  const members =
    configuration.introspection?.signedResponse === true
      ? await readSigned(response, source)
      : readPlain(response, url)
  if (!Object.hasOwn(members, 'active')) {
    throw failure(url, 'wrong_shape', 'the answer has no member active (RFC 7662, section 2.2)')
  }
  const { active, ...others } = members
  if (active !== true) return undefined
  const claims = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null))
  deepFreeze(claims)
  return claims
}
