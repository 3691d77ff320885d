import { isUtf8 } from 'node:buffer'
import type { JwsHeader, UnverifiedJwt } from '../keys/signature.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/** A decoded token. Nothing of it has been verified. */
export interface UnverifiedToken extends UnverifiedJwt {
  /** Header and claims, and every object and list in them: all that must be frozen before it is shared. */
  readonly objects: readonly object[]
}

/** Levels of nested objects and lists. */
const MAX_DEPTH = 64

const malformed = (): InvalidTokenError => new InvalidTokenError('token_malformed')

/** Strict base64url (RFC 7515, section 2): encoding the bytes must give the same text, so no padding and no stray bits. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url')
  if (segment === '' || bytes.toString('base64url') !== segment) throw malformed()
  return bytes
}

/** Counts the members in a JSON text: each has one colon outside of strings. */
function countMembersInText(json: string): number {
  let count = 0
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index)
    if (character === 0x3a) count++
    else if (character === 0x22) {
      while (json.charCodeAt(++index) !== 0x22) if (json.charCodeAt(index) === 0x5c) index++
    }
  }
  return count
}

/** Names that change the prototype of an object into which claims are merged later (CWE-1321). */
function isPrototypePollution(name: string, value: unknown): boolean {
  if (name === '__proto__') return true
  return (
    name === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
  )
}

/** Counts the members of a parsed value; fewer than in the text means a duplicate name. Collects objects and lists. */
function countMembersInValue(value: unknown, depth: number, objects: object[]): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) throw malformed()
  objects.push(value)
  if (Array.isArray(value)) {
    let count = 0
    for (const item of value) count += countMembersInValue(item, depth + 1, objects)
    return count
  }
  const names = Object.keys(value)
  let count = names.length
  for (const name of names) {
    const member = (value as Readonly<Record<string, unknown>>)[name]
    if (isPrototypePollution(name, member)) throw malformed()
    count += countMembersInValue(member, depth + 1, objects)
  }
  return count
}

/** Parses a JSON object: valid UTF-8, no duplicate member (RFC 7519, section 4), at most 64 levels deep. */
function parseObject(bytes: Buffer, objects: object[]): Record<string, unknown> {
  if (!isUtf8(bytes)) throw malformed()
  const json = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw malformed()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  if (countMembersInValue(value, 0, objects) !== countMembersInText(json)) throw malformed()
  return value as Record<string, unknown>
}

/** Extensions that are not supported (RFC 7515, section 4.1.11; RFC 7797). */
const UNSUPPORTED = ['crit', 'b64', 'enc'] as const

/** ForgeRock AM and OpenAM write `NONE` if the payload is not compressed. */
const isCompressed = (header: Readonly<Record<string, unknown>>): boolean =>
  Object.hasOwn(header, 'zip') && header.zip !== 'NONE'

/** A `cty` of JWT announces a nested token (RFC 7519, section 5.2); these are not supported. */
const NESTED = /^(application\/)?jwt$/i

function checkHeader(header: Readonly<Record<string, unknown>>): asserts header is JwsHeader {
  const nested = typeof header.cty === 'string' && NESTED.test(header.cty)
  if (nested || isCompressed(header) || UNSUPPORTED.some((name) => Object.hasOwn(header, name))) {
    throw new InvalidTokenError('unsupported_header_parameter')
  }
  if (typeof header.alg !== 'string') throw malformed()
  // Some authorization servers write a number, which is compared as text.
  if (!['undefined', 'string', 'number'].includes(typeof header.kid)) throw malformed()
}

/**
 * Decodes a compact JWS. The size is checked before anything is parsed.
 *
 * @param maxTokenSize - characters
 * @throws {InvalidTokenError} `token_too_large`, `token_malformed`, `token_encrypted`, `unsupported_header_parameter`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515, section 5.2}
 */
export function decodeUnverified(token: string, maxTokenSize: number): UnverifiedToken {
  if (token.length > maxTokenSize) throw new InvalidTokenError('token_too_large')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0) throw malformed()
  if (token.indexOf('.', second + 1) >= 0) {
    throw new InvalidTokenError(token.split('.').length === 5 ? 'token_encrypted' : 'token_malformed')
  }
  const segments = [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)] as const
  const objects: object[] = []
  const unverifiedHeader = parseObject(decodeSegment(segments[0]), objects)
  checkHeader(unverifiedHeader)
  const unverifiedClaims = parseObject(decodeSegment(segments[1]), objects)
  decodeSegment(segments[2])
  return { unverifiedHeader, unverifiedClaims, objects, segments }
}
