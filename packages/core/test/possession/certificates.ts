import { createHash } from 'node:crypto'
import { signToken } from '@okta-resource-server/testing'
import type { CertificateRequest } from '../../src/options/mtls.ts'

/** Bytes in place of a certificate: only their hash counts. They have `+`, `/` and `=` in base64. */
export const DER: Uint8Array = Buffer.from([0x30, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 1, 2, 3])
export const OTHER_DER: Uint8Array = Buffer.from([0x30, 0x82, 9, 9, 9])

export const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64')
export const thumbprint = (der: Uint8Array): string => createHash('sha256').update(der).digest('base64url')
export const hexadecimal = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex')

/** PEM with its line ends. */
export const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${base64(der)}\n-----END CERTIFICATE-----\n`

/** A request of Node with these header lines, from this address. */
export function requestFrom(
  remoteAddress: string | undefined,
  ...rawHeaders: readonly string[]
): CertificateRequest & { readonly headers: object } {
  const headers: Record<string, string> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers[String(rawHeaders[index]).toLowerCase()] = String(rawHeaders[index + 1])
  }
  return { headers, rawHeaders, socket: { remoteAddress } }
}

/** A request over TLS, with this client certificate. */
export function requestOverTls(token: string, der: Uint8Array | undefined, scheme = 'Bearer') {
  const authorization = `${scheme} ${token}`
  return {
    headers: { authorization },
    rawHeaders: ['Authorization', authorization],
    socket: { getPeerX509Certificate: () => (der === undefined ? undefined : { raw: der }) },
  }
}

/** A token that is bound to a certificate. */
export function boundToken(der: Uint8Array, more: object = {}): string {
  return signToken({ claims: { cnf: { 'x5t#S256': thumbprint(der) }, ...more } })
}
