import type { ClientCertificate } from '../options/mtls.ts'
import { malformed } from './certificate.ts'

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The tag of a SEQUENCE, with which every certificate begins. */
const SEQUENCE = 0x30

/** DER in base64, without armour. */
export function fromBase64(text: string): Uint8Array {
  const der = BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
  if (der?.[0] !== SEQUENCE) throw malformed()
  return der
}

/** A Byte Sequence (RFC 8941, section 3.3.5), which is the form of `Client-Cert` (RFC 9440, section 2.2). */
export function fromByteSequence(text: string): Uint8Array {
  if (text.length < 3 || !text.startsWith(':') || !text.endsWith(':')) throw malformed()
  return fromBase64(text.slice(1, -1))
}

/** Percent-decodes. A plus sign stays one, as in base64; it is not a space. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw malformed()
  }
}

/** The first certificate of a percent-encoded chain in PEM, the leaf first. */
export function firstOfEscapedPem(text: string): { readonly certificate: Uint8Array; readonly rest: string } {
  const pem = decoded(text).trim()
  const end = pem.indexOf(END)
  if (!pem.startsWith(BEGIN) || end < 0) throw malformed()
  const certificate = fromBase64(pem.slice(BEGIN.length, end).replaceAll(/\s/g, ''))
  return { certificate, rest: pem.slice(end + END.length) }
}

/** One percent-encoded certificate in PEM, and nothing else. */
export function fromEscapedPem(text: string): Uint8Array {
  const { certificate, rest } = firstOfEscapedPem(text)
  if (rest !== '') throw malformed()
  return certificate
}

/** A pair of `X-Forwarded-Client-Cert`, with what ends it: a semicolon, a comma or the end. */
const PAIR = /[ \t]?([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))([,;]|$)/gy

/** The members of the last element: the client of the proxy that is next to the API. Names are in lower case. */
function lastElement(text: string): ReadonlyMap<string, string> {
  let element = new Map<string, string>()
  let after: string | undefined = ','
  for (const [, name = '', quoted, plain = '', end] of text.matchAll(PAIR)) {
    if (after === ',') element = new Map()
    const key = name.toLowerCase()
    const isOfCertificate = key === 'cert' || key === 'chain' || key === 'hash'
    if (isOfCertificate && element.has(key)) throw malformed()
    element.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain)
    after = end
  }
  if (after !== '') throw malformed()
  return element
}

/** Envoy's `X-Forwarded-Client-Cert`: the certificate, or its hash where Envoy does not send the certificate. */
export function fromXfcc(text: string): ClientCertificate | undefined {
  const element = lastElement(text)
  const [certificate, chain, hash] = ['cert', 'chain', 'hash'].map((name) => element.get(name) || undefined)
  if (certificate !== undefined) return fromEscapedPem(certificate)
  if (chain !== undefined) return firstOfEscapedPem(chain).certificate
  return hash === undefined ? undefined : { sha256: hash }
}
