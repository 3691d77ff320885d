import { checkFunction, checkKnown, invalidOption, isOptions } from './checks.ts'
import { DEFAULTS } from './defaults.ts'

/**
 * What is known of a client certificate: an `X509Certificate` of Node.js (or any object with the DER bytes in `raw`), the
 * DER bytes, or the SHA-256 hash of these in hexadecimal, base64 or base64url.
 */
export type ClientCertificate = { readonly raw: Uint8Array } | Uint8Array | { readonly sha256: string }

/** The request of the server, as far as certificates are concerned: Node's `IncomingMessage` and what is like it. */
export interface CertificateRequest {
  readonly headers?: unknown
  /** Names and values by turns, as they were sent. */
  readonly rawHeaders?: readonly string[] | undefined
  readonly socket?:
    | {
        readonly remoteAddress?: string | undefined
        readonly encrypted?: unknown
        readonly getPeerX509Certificate?: () => { readonly raw: Uint8Array } | undefined
      }
    | null
    | undefined
}

/**
 * Returns the client certificate of a request, or `undefined` if there is none.
 *
 * The certificate must be one whose private key the client has proved to have, in its TLS handshake with the API or with a
 * proxy that the API trusts.
 */
export type CertificateReader = (request: CertificateRequest) => ClientCertificate | undefined

/** Whether access tokens may, or must, be bound to the client certificate of the connection (RFC 8705, section 3). */
export type MtlsMode = 'disabled' | 'allowed' | 'required'

/** How certificate-bound access tokens are treated, and where the certificate is read. */
export interface MtlsOptions {
  /**
   * `'allowed'` accepts a bound token together with its certificate, and unbound tokens as before. `'required'` refuses
   * unbound tokens. `'disabled'` refuses bound ones.
   *
   * @default 'allowed'
   */
  readonly mode?: MtlsMode
  /**
   * Where the certificate is read, if a proxy terminates TLS.
   *
   * @default the TLS connection of the request
   */
  readonly certificate?: CertificateReader
}

/** The validated option `mtls`. */
export interface MtlsConfiguration {
  readonly mode: MtlsMode
  /** `undefined`: from the TLS connection. */
  readonly certificate: CertificateReader | undefined
}

const MODES: readonly unknown[] = ['disabled', 'allowed', 'required'] satisfies MtlsMode[]

/** @throws {ConfigurationError} the mode is unknown, or `certificate` is no function */
export function checkMtls(option: unknown = DEFAULTS.mtls): MtlsConfiguration {
  const isDetailed = isOptions(option)
  const given: { readonly mode?: unknown; readonly certificate?: unknown } = isDetailed
    ? option
    : { mode: option }
  if (isDetailed) checkKnown(option, ['mode', 'certificate'], 'mtls.')
  const { mode = 'allowed', certificate } = given
  if (!MODES.includes(mode)) {
    const name = isDetailed ? 'mtls.mode' : 'mtls'
    invalidOption(
      name,
      `${name} must be 'disabled', 'allowed' or 'required', or mtls an object such as { mode: 'allowed' }`,
    )
  }
  const reader = checkFunction<CertificateReader | undefined>('mtls.certificate', certificate, undefined)
  return Object.freeze({ mode: mode as MtlsMode, certificate: reader })
}
