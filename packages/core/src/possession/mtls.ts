import { callbackResult } from '../options/checks.ts'
import type { CertificateRequest, MtlsConfiguration } from '../options/mtls.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { serverRequest } from '../request/request.ts'
import { thumbprintOf, tlsClientCert } from './certificate.ts'

/**
 * Checks that a token is presented over a connection with the client certificate to which it is bound.
 *
 * Neither the chain nor the dates of the certificate are checked: it proves possession of a key, and nothing else
 * (RFC 8705, section 6.2).
 *
 * @param bound - the member `x5t#S256` of the claim `cnf`; `undefined` if the token has none
 * @param request - `undefined` for a bare token
 * @throws {InvalidTokenError} `sender_constrained`, `possession_required`, `certificate_missing`, `certificate_mismatch`,
 * `certificate_malformed`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705, section 3}
 */
export function checkCertificate(
  bound: string | undefined,
  request: CertificateRequest | undefined,
  { mode, certificate = tlsClientCert }: MtlsConfiguration,
): void {
  if (bound === undefined) {
    if (mode === 'required') throw new InvalidTokenError('possession_required')
    return
  }
  if (mode === 'disabled' || request === undefined) throw new InvalidTokenError('sender_constrained')
  const found = thumbprintOf(callbackResult('mtls.certificate', () => certificate(serverRequest(request))))
  if (found === undefined) throw new InvalidTokenError('certificate_missing')
  if (found !== bound) throw new InvalidTokenError('certificate_mismatch')
}
