import { parseJsonObject } from '../keys/json-object.ts'
import type { JwsHeader, JwtClaims, SignedJwt, UnverifiedJwt } from '../keys/signature.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { isObject } from '../options/checks.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import type { EndpointResponse } from './http.ts'

/** Verifies the signature of an answer with the keys of the issuer. */
export type VerifyAnswer = (answer: UnverifiedJwt) => Promise<SignedJwt>

/** Where an answer came from. */
interface Source {
  /** Without query. */
  readonly url: string
  readonly configuration: IssuerConfiguration
  readonly verify: VerifyAnswer
}

/** Media type of a signed answer, and its `typ` (RFC 9701, sections 4 and 5). */
const SIGNED = 'application/token-introspection+jwt'
const SIGNED_TYP = /^(?:application\/)?token-introspection\+jwt$/i
/** Seconds by which a signed answer may be older than the clocks may differ: a recorded one must not be used again. */
const MAX_AGE = 60

type Members = Readonly<Record<string, unknown>>

const failure = (url: string, code: RemoteDocumentError['code'], what: string): RemoteDocumentError =>
  new RemoteDocumentError(code, url, `${url}: ${what}`, { status: 200 })

function decode(jwt: string, url: string): UnverifiedJwt {
  const segments = jwt.trim().split('.', 6)
  const [header, claims] = segments.map((segment) => parseJsonObject(Buffer.from(segment, 'base64url'), []))
  if (segments.length !== 3 || typeof header?.alg !== 'string' || claims === undefined) {
    throw failure(url, 'wrong_shape', 'the answer is not a signed JWT (RFC 9701, section 5)')
  }
  return {
    unverifiedHeader: header as JwsHeader,
    unverifiedClaims: claims,
    segments: segments as unknown as UnverifiedJwt['segments'],
  }
}

/** The claims around the answer: it is for this API, and new (RFC 9701, section 5). */
function checkEnvelope(
  { iss, aud, iat }: JwtClaims,
  { url, configuration: { issuer, introspection, clock, clockTolerance } }: Source,
): void {
  if (iss !== issuer) throw failure(url, 'issuer_mismatch', 'the signed answer has another issuer')
  if (![aud].flat().includes(introspection?.clientId)) {
    throw failure(url, 'wrong_shape', 'the signed answer is for another client (aud)')
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
async function readSigned(response: EndpointResponse, source: Source): Promise<Members> {
  const { url, configuration, verify } = source
  if (response.mediaType !== SIGNED) {
    throw failure(url, 'wrong_shape', `the answer is not signed; its type is not ${SIGNED}`)
  }
  const answer = decode(response.text, url)
  const { typ, alg, crit } = answer.unverifiedHeader
  if (typeof typ !== 'string' || !SIGNED_TYP.test(typ) || crit !== undefined) {
    throw failure(url, 'wrong_shape', 'the typ of the signed answer is not token-introspection+jwt')
  }
  if (!configuration.algorithms.has(canonicalAlgorithm(alg))) {
    throw failure(url, 'signature_invalid', 'the answer is signed with an algorithm that is not allowed')
  }
  checkEnvelope(answer.unverifiedClaims, source)
  let signed: SignedJwt
  try {
    signed = await verify(answer)
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    throw failure(url, 'signature_invalid', 'no key of the issuer verifies the signed answer')
  }
  const { token_introspection: members } = signed.claims
  if (!isObject(members)) {
    throw failure(url, 'wrong_shape', 'the signed answer has no token_introspection')
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
  source: Source,
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
