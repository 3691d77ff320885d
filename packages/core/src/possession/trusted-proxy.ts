import { createHash, timingSafeEqual } from 'node:crypto'
import {
  checkKnown,
  checkStrings,
  invalidOption,
  isOptions,
  PLACEHOLDER_OF_SECRET,
} from '../options/checks.ts'
import type { CertificateRequest } from '../options/mtls.ts'
import { contains, containsAllV4, parseAddress, parseRange, type Range } from './addresses.ts'

/** How a proxy is recognised, since any client can send its headers. At least one rule is needed. */
export type TrustedProxy =
  | {
      /**
       * Addresses of the proxies, as the other end of the connection to the API: IP addresses or ranges such as
       * `10.0.0.0/8`. Never `req.ip`, which a client can influence.
       */
      readonly trustedPeers: string | readonly string[]
      readonly secret?: ProxySecret
    }
  | { readonly trustedPeers?: never; readonly secret: ProxySecret }

/** A header that the proxy adds, and removes from what clients send. */
export interface ProxySecret {
  /** Name of the header. */
  readonly header: string
  /** At least 128 random bits, such as 32 hexadecimal digits; or a list, to replace a value while proxies still send it. */
  readonly value: string | readonly string[]
}

/** Whether the request comes from a trusted proxy. */
export type TrustRule = (request: CertificateRequest) => boolean

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** The name of a header, in lower case. */
export function checkHeaderName(option: string, value: unknown): string {
  if (typeof value !== 'string' || !HEADER_NAME.test(value)) {
    invalidOption(option, `${option} must be the name of a header`)
  }
  return value.toLowerCase()
}

/** The values of a header, as they were sent: not joined, and none dropped. */
export function valuesOf({ rawHeaders }: CertificateRequest, name: string): readonly string[] {
  if (!Array.isArray(rawHeaders)) return []
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && String(rawHeaders[index - 1]).toLowerCase() === name,
  )
}

function peerRule(reader: string, value: unknown): TrustRule {
  const option = `${reader}.trustedPeers`
  const ranges = checkStrings(option, value).map((text): Range => {
    const range = parseRange(text)
    if (range === undefined) {
      invalidOption(option, `${option} must contain IP addresses or ranges such as '10.0.0.0/8'`)
    }
    if (containsAllV4(range)) invalidOption(option, `${option} must not contain a range of all addresses`)
    return range
  })
  return ({ socket }) => {
    const address = parseAddress(socket?.remoteAddress ?? '')
    return address !== undefined && ranges.some((range) => contains(range, address))
  }
}

/** Upper bound of the random bits in a text, by its length and the alphabet that it seems to use. */
function strengthOf(text: string): number {
  const alphabet = /^\d+$/.test(text) ? 10 : /^[\da-f]+$/i.test(text) ? 16 : 64
  return new Set(text).size < 6 ? 0 : text.length * Math.log2(alphabet)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function secretRule(reader: string, secret: unknown): TrustRule {
  const option = `${reader}.secret`
  if (!isOptions(secret)) {
    invalidOption(option, `${option} must be an object such as { header: 'x-proxy-secret', value }`)
  }
  checkKnown(secret, ['header', 'value'], `${option}.`)
  const { header, value } = secret as Readonly<Record<string, unknown>>
  const name = checkHeaderName(`${option}.header`, header)
  const accepted = checkStrings(`${option}.value`, value, PLACEHOLDER_OF_SECRET).map((text) => {
    if (!/^[\x21-\x7e]+$/.test(text) || strengthOf(text) < 128) {
      const message = `${option}.value must be at least 128 random bits of printable ASCII text; create it with: openssl rand -hex 32`
      invalidOption(`${option}.value`, message)
    }
    return digest(text)
  })
  return (request) => {
    const [sent, ...others] = valuesOf(request, name)
    if (sent === undefined || others.length > 0) return false
    const hash = digest(sent)
    return accepted.filter((each) => timingSafeEqual(each, hash)).length > 0
  }
}

/**
 * The trust rule of a reader. With two rules, both must be met.
 *
 * @param reader - its name, for error messages
 * @throws {ConfigurationError} there is no rule, or a rule is invalid
 */
export function trustRule(
  reader: string,
  { trustedPeers, secret }: { readonly trustedPeers?: unknown; readonly secret?: unknown },
): TrustRule {
  const rules: TrustRule[] = []
  if (trustedPeers !== undefined) rules.push(peerRule(reader, trustedPeers))
  if (secret !== undefined) rules.push(secretRule(reader, secret))
  if (rules.length === 0) {
    const message = `${reader} needs trustedPeers or secret: without one, any client can send the header of the proxy`
    invalidOption(reader, message, 'option_missing')
  }
  return (request) => rules.every((isMet) => isMet(request))
}
