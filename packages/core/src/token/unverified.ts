import { parseJsonObject } from '../keys/json-object.ts'
import { mediaType } from '../keys/media-type.ts'
import type { JwsHeader, UnverifiedJwt } from '../keys/signature.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/** A decoded token. Nothing of it has been verified. */
export interface UnverifiedToken extends UnverifiedJwt {
  /** Header and claims, and every object and list in them: all that must be frozen before it is shared. */
  readonly objects: readonly object[]
}

const malformed = (): InvalidTokenError => new InvalidTokenError('token_malformed')

/** Three segments of base64url. When Node.js decodes, it accepts + and /, and skips other characters, padding included. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** The characters at the end of a segment that have no stray bits, by the number of characters beyond groups of four. */
const LAST_CHARACTERS = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'] as const

/** Strict base64url (RFC 7515, section 2). The characters are known to belong to the alphabet. */
function assertBase64url(segment: string): void {
  const { length } = segment
  if (LAST_CHARACTERS[length % 4]?.includes(segment.charAt(length - 1)) === false) throw malformed()
}

function parseObject(segment: string, objects: object[]): Record<string, unknown> {
  assertBase64url(segment)
  const value = parseJsonObject(Buffer.from(segment, 'base64url'), objects)
  if (value === undefined) throw malformed()
  return value
}

/** Extensions that are not supported (RFC 7515, section 4.1.11; RFC 7797). */
const UNSUPPORTED = ['crit', 'b64', 'enc'] as const

/** ForgeRock AM and OpenAM write `NONE` if the payload is not compressed. */
const isCompressed = (header: Readonly<Record<string, unknown>>): boolean =>
  Object.hasOwn(header, 'zip') && header.zip !== 'NONE'

/** A `cty` of JWT announces a nested token (RFC 7519, section 5.2); these are not supported. */
const isNested = ({ cty }: Readonly<Record<string, unknown>>): boolean => mediaType(cty) === 'jwt'

function checkHeader(header: Readonly<Record<string, unknown>>): asserts header is JwsHeader {
  if (isNested(header) || isCompressed(header) || UNSUPPORTED.some((name) => Object.hasOwn(header, name))) {
    throw new InvalidTokenError('unsupported_header_parameter')
  }
  if (typeof header.alg !== 'string') throw malformed()
  // Some authorization servers write a number, which is compared as text.
  if (!['undefined', 'string', 'number'].includes(typeof header.kid)) throw malformed()
}

/** `b64token` (RFC 6750, section 2.1). */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
/** How JSON objects begin, also in encodings that JWTs must not have. Of random bytes, one in 30,000 begins so. */
const JSON_START = /^[\s\0\ufffd]{0,16}\{[\s\0]{0,16}["}]/

/**
 * Whether a token is opaque. A JWT, well-formed or not, and an encrypted one are not: their first part of several is the
 * Base64url of JSON. They may come from anywhere, so they must not be sent to an authorization server that did not issue them.
 */
export function isOpaque(token: string): boolean {
  if (!B64TOKEN.test(token)) return false
  const end = token.indexOf('.')
  return end < 0 || !JSON_START.test(Buffer.from(token.slice(0, end), 'base64url').toString('utf8'))
}

/** What is known of an opaque token. */
export const OPAQUE: UnverifiedToken = Object.freeze({
  unverifiedHeader: Object.freeze({}) as JwsHeader,
  unverifiedClaims: Object.freeze({}),
  objects: Object.freeze([]),
  segments: ['', '', ''] as const,
})

const MAX_KNOWN_HEADERS = 32
/** Characters. A header with a certificate chain is longer. */
const MAX_KNOWN_HEADER_LENGTH = 512

/** @param objects - gets the header, and every object and list in it, unless it is frozen already */
function decodeHeader(segment: string, objects: object[], known?: Map<string, JwsHeader>): JwsHeader {
  const earlier = known?.get(segment)
  if (earlier !== undefined) return earlier
  const header = parseObject(segment, objects)
  checkHeader(header)
  if (known !== undefined && segment.length <= MAX_KNOWN_HEADER_LENGTH) {
    for (const part of objects) Object.freeze(part)
    if (known.size === MAX_KNOWN_HEADERS) known.clear()
    // A copy, since a slice keeps the whole token in memory.
    known.set(Buffer.from(segment, 'latin1').toString('latin1'), header)
  }
  return header
}

/**
 * Decodes a compact JWS. The size is checked before anything is parsed.
 *
 * @param maxTokenSize - characters
 * @param known - decoded headers by their segment: all tokens of a key have the same one (ADR 33)
 * @throws {InvalidTokenError} `token_too_large`, `token_malformed`, `token_encrypted`, `unsupported_header_parameter`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515, section 5.2}
 */
export function decodeUnverified(
  token: string,
  maxTokenSize: number,
  known?: Map<string, JwsHeader>,
): UnverifiedToken {
  if (token.length > maxTokenSize) throw new InvalidTokenError('token_too_large')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0) throw malformed()
  if (token.indexOf('.', second + 1) >= 0) {
    throw new InvalidTokenError(token.split('.').length === 5 ? 'token_encrypted' : 'token_malformed')
  }
  if (!COMPACT_JWS.test(token)) throw malformed()
  const segments = [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)] as const
  const objects: object[] = []
  const unverifiedHeader = decodeHeader(segments[0], objects, known)
  const unverifiedClaims = parseObject(segments[1], objects)
  assertBase64url(segments[2])
  return { unverifiedHeader, unverifiedClaims, objects, segments }
}
