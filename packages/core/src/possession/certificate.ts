import { createHash } from 'node:crypto'
import type { CertificateReader, ClientCertificate } from '../options/mtls.ts'
import { InvalidTokenError } from '../refusal/errors.ts'

/** The certificate of the client at the other end of the TLS connection. HTTP/2 requests have such a socket as well. */
export const tlsClientCert: CertificateReader = ({ socket }) => socket?.getPeerX509Certificate?.()

const HEXADECIMAL = /^[0-9a-f]{64}$/i
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/

/** The refusal of a certificate that cannot be read, or of which there are several. */
export function malformed(): InvalidTokenError {
  return new InvalidTokenError('certificate_malformed')
}

function fromText(sha256: string): string {
  if (HEXADECIMAL.test(sha256)) return Buffer.from(sha256, 'hex').toString('base64url')
  if (!BASE64.test(sha256)) throw malformed()
  return Buffer.from(sha256, 'base64').toString('base64url')
}

/**
 * The thumbprint of a certificate: base64url of SHA-256 over its DER encoding.
 *
 * @returns `undefined` if there is no certificate. `getPeerCertificate()` of a TLS socket then returns an empty object.
 * @throws {InvalidTokenError} `certificate_malformed`
 * @throws {TypeError} this is not a certificate: the function of the user is wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc8705#section-3.1 RFC 8705, section 3.1}
 */
export function thumbprintOf(certificate: ClientCertificate | undefined | null): string | undefined {
  if (certificate === undefined || certificate === null) return undefined
  // Not instanceof: in Jest, bytes are of another realm.
  if (ArrayBuffer.isView(certificate)) return thumbprintOf({ raw: certificate })
  const { raw, sha256 } = certificate as { readonly raw?: unknown; readonly sha256?: unknown }
  if (ArrayBuffer.isView(raw))
    return createHash('sha256')
      .update(raw as Uint8Array)
      .digest('base64url')
  if (typeof sha256 === 'string') return fromText(sha256)
  const isEmpty = typeof certificate === 'object' && Object.keys(certificate).length === 0
  if (isEmpty && !('then' in certificate)) return undefined
  throw new TypeError(
    'mtls.certificate must return an X509Certificate, DER bytes, { sha256 } or undefined, and no promise',
  )
}
