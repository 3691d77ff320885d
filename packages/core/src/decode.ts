import { isUtf8 } from 'node:buffer'
import { InvalidTokenError } from './errors.ts'

/** A token taken apart, none of it verified. */
export interface UnverifiedToken {
  readonly unverifiedHeader: Readonly<Record<string, unknown>> & { readonly alg: string }
  readonly unverifiedClaims: Readonly<Record<string, unknown>>
  /** The claims, and every object and list in them: what is to be frozen before it is shared. */
  readonly parts: readonly object[]
  /** The three segments as they stood. */
  readonly segments: readonly [protectedHeader: string, payload: string, signature: string]
}

/** Characters of the longest token that is looked at; header lines of servers end at 8 to 16 KB too. */
export const LONGEST_TOKEN = 16_384
const DEEPEST = 32

const malformed = (): InvalidTokenError => new InvalidTokenError('token_malformed')

/** Strict base64url (RFC 7515 §2): re-encoding must give the same text, so no padding, no stray bits or characters. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url')
  if (segment === '' || bytes.toString('base64url') !== segment) throw malformed()
  return bytes
}

/** Members named in the JSON text: each has one colon outside of strings. */
function countNamed(json: string): number {
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

/** Names that change the prototype of an object into which claims are later merged (CWE-1321). */
function isPoison(name: string, value: unknown): boolean {
  if (name === '__proto__') return true
  return (
    name === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
  )
}

/** Members that came out of parsing; fewer than were named means that a name stood twice. Notes each object and list. */
function countKept(value: unknown, depth: number, parts: object[]): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > DEEPEST) throw malformed()
  parts.push(value)
  if (Array.isArray(value)) {
    let count = 0
    for (const item of value) count += countKept(item, depth + 1, parts)
    return count
  }
  const names = Object.keys(value)
  let count = names.length
  for (const name of names) {
    const member = (value as Readonly<Record<string, unknown>>)[name]
    if (isPoison(name, member)) throw malformed()
    count += countKept(member, depth + 1, parts)
  }
  return count
}

interface Parsed {
  readonly value: Record<string, unknown>
  /** The object itself, and every object and list in it. */
  readonly parts: readonly object[]
}

/** A JSON object in valid UTF-8, no member name twice (RFC 7515 §4, RFC 7519 §4), at most 32 levels deep. */
function parseObject(bytes: Buffer): Parsed {
  if (!isUtf8(bytes)) throw malformed()
  const json = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw malformed()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  const parts: object[] = []
  if (countKept(value, 0, parts) !== countNamed(json)) throw malformed()
  return { value: value as Record<string, unknown>, parts }
}

/** RFC 7515 §4.1.11 and RFC 7797: no extension is understood, so a token that demands one is refused. */
const UNSUPPORTED = ['crit', 'b64', 'zip', 'enc'] as const

/** RFC 7519 §7.2: a `cty` of JWT announces another token inside, and nested tokens are not supported. */
const NESTED = /^(application\/)?jwt$/i

function checkHeader(header: Readonly<Record<string, unknown>>): void {
  const nested = typeof header.cty === 'string' && NESTED.test(header.cty)
  if (nested || UNSUPPORTED.some((name) => Object.hasOwn(header, name))) {
    throw new InvalidTokenError('unsupported_header_parameter')
  }
  if (typeof header.alg !== 'string') throw malformed()
  if (header.kid !== undefined && typeof header.kid !== 'string') throw malformed()
}

type Header = UnverifiedToken['unverifiedHeader']

/** Headers that are remembered, and characters of the longest. */
const MOST_HEADERS = 32
const LONGEST_HEADER = 512

/** Headers by their segment: all tokens of a key have the same, so that it is taken apart once. */
const headers = new Map<string, Header>()

function headerOf(segment: string): Header {
  const known = headers.get(segment)
  if (known !== undefined) return known
  const { value: header, parts } = parseObject(decodeSegment(segment))
  checkHeader(header)
  for (const part of parts) Object.freeze(part)
  if (segment.length <= LONGEST_HEADER) {
    if (headers.size === MOST_HEADERS) headers.clear()
    // A copy of its own, since a slice would keep the whole token in memory.
    headers.set(Buffer.from(segment, 'latin1').toString('latin1'), header as Header)
  }
  return header as Header
}

/**
 * Takes a compact JWS apart, with its size bounded before anything is parsed.
 *
 * @throws {InvalidTokenError} `token_too_large`, `token_malformed`, `token_encrypted`, `unsupported_header_parameter`
 * @see RFC 7515 §5.2
 */
export function decodeUnverified(token: string): UnverifiedToken {
  if (token.length > LONGEST_TOKEN) throw new InvalidTokenError('token_too_large')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0) throw malformed()
  if (token.indexOf('.', second + 1) >= 0) {
    throw new InvalidTokenError(token.split('.').length === 5 ? 'token_encrypted' : 'token_malformed')
  }
  const segments = [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)] as const
  const unverifiedHeader = headerOf(segments[0])
  const { value: unverifiedClaims, parts } = parseObject(decodeSegment(segments[1]))
  decodeSegment(segments[2])
  return { unverifiedHeader, unverifiedClaims, parts, segments }
}
