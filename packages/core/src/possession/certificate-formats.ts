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
  if (!text.startsWith(':') || !text.endsWith(':')) throw malformed()
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
  if (!pem.startsWith(BEGIN) || end === -1) throw malformed()
  const certificate = fromBase64(pem.slice(BEGIN.length, end).replaceAll(/\s/g, ''))
  return { certificate, rest: pem.slice(end + END.length) }
}

/** One percent-encoded certificate in PEM, and nothing else. */
export function fromEscapedPem(text: string): Uint8Array {
  const { certificate, rest } = firstOfEscapedPem(text)
  if (rest !== '') throw malformed()
  return certificate
}

/** Splits at a separator, but not inside quotation marks, where a backslash escapes the next character. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = []
  let isQuoted = false
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\' && isQuoted) index++
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  if (isQuoted) throw malformed()
  return [...parts, text.slice(start)]
}

/** A value of `X-Forwarded-Client-Cert`, without its quotation marks. */
function unquoted(value: string): string {
  if (!value.includes('"')) return value
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) throw malformed()
  return value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}

/** The members of the last element: the client of the proxy that is next to the API. Names are in lower case. */
function lastElement(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  const last = splitUnquoted(text, ',').at(-1) as string
  for (const pair of splitUnquoted(last.trim(), ';')) {
    const [name] = pair.split('=', 1) as [string]
    const key = name.toLowerCase()
    const isOfCertificate = key === 'cert' || key === 'chain' || key === 'hash'
    if (name === pair || (isOfCertificate && members.has(key))) throw malformed()
    members.set(key, unquoted(pair.slice(name.length + 1)))
  }
  return members
}

/** Envoy's `X-Forwarded-Client-Cert`: the certificate, or its hash where Envoy does not send the certificate. */
export function fromXfcc(text: string): ClientCertificate | undefined {
  const element = lastElement(text)
  const [certificate, chain, hash] = ['cert', 'chain', 'hash'].map((name) => element.get(name) || undefined)
  if (certificate !== undefined) return fromEscapedPem(certificate)
  if (chain !== undefined) return firstOfEscapedPem(chain).certificate
  return hash === undefined ? undefined : { sha256: hash }
}
