import { checkKnown, invalidOption, isOptions } from '../options/checks.ts'
import type { CertificateReader, ClientCertificate } from '../options/mtls.ts'
import { malformed } from './certificate.ts'
import {
  decoded,
  firstOfEscapedPem,
  fromBase64,
  fromByteSequence,
  fromEscapedPem,
  fromXfcc,
} from './certificate-formats.ts'
import { checkHeaderName, type TrustedProxy, trustRule, valuesOf } from './trusted-proxy.ts'

/** Options of a function that reads the certificate from a header of a proxy. */
export type CertificateHeaderOptions = TrustedProxy & {
  /** Name of the header, if it is not the usual one. */
  readonly header?: string
}

/** Options of {@link nginxClientCert}: nginx has no usual name for the header. */
export type NginxClientCertOptions = TrustedProxy & { readonly header: string }

/** Options of {@link awsAlbClientCert}. */
export type AwsAlbClientCertOptions = CertificateHeaderOptions & {
  /**
   * The mode of mutual TLS of the listener: `'verify'`, where the load balancer checks the chain, or `'passthrough'`.
   *
   * @default 'verify'
   */
  readonly mode?: 'verify' | 'passthrough'
}

/** Options of {@link azureClientCert}. */
export type AzureClientCertOptions = CertificateHeaderOptions & {
  /** The client certificate mode of the App Service, which must be *Require*. */
  readonly mode: 'required'
}

interface Form {
  /** Name of the reader. */
  readonly name: string
  /** Usual name of the header; `undefined` if there is none. */
  readonly header: string | undefined
  readonly parse: (value: string) => ClientCertificate | undefined
  /** The options that only this reader has. */
  readonly more?: readonly string[]
}

/** A reader that never trusts a header unless the trust rule is met, and refuses a header that was sent twice. */
function reader({ name, header: usual, parse, more = [] }: Form, options: unknown): CertificateReader {
  if (!isOptions(options)) {
    invalidOption(name, `${name} needs an object such as { trustedPeers: '127.0.0.1' }`, 'option_missing')
  }
  checkKnown(options, ['header', 'trustedPeers', 'secret', ...more], `${name}.`)
  const { header = usual } = options as { readonly header?: unknown }
  const headerName = checkHeaderName(`${name}.header`, header)
  const isTrusted = trustRule(name, options)
  return (request) => {
    if (!isTrusted(request)) return undefined
    const [value, ...others] = valuesOf(request, headerName)
    if (others.length > 0) throw malformed()
    return value === undefined || value === '' ? undefined : parse(value)
  }
}

/**
 * Reads the certificate from the header `Client-Cert` of RFC 9440, for haproxy and other proxies that send it. The proxy must
 * remove the header from requests of clients.
 *
 * @throws {ConfigurationError} there is no trust rule, or an option is invalid
 * @see {@link https://www.rfc-editor.org/rfc/rfc9440#section-2 RFC 9440, section 2}
 * @example
 * ```ts
 * const mtls = { mode: 'allowed', certificate: clientCertHeader({ trustedPeers: '10.0.0.0/8' }) }
 * ```
 */
export function clientCertHeader(options: CertificateHeaderOptions): CertificateReader {
  return reader({ name: 'clientCertHeader', header: 'client-cert', parse: fromByteSequence }, options)
}

/**
 * Reads the certificate from a header that nginx sets to `$ssl_client_escaped_cert`. The older `$ssl_client_cert` does not
 * work: Node.js refuses its folded header.
 *
 * @throws {ConfigurationError} there is no trust rule, or an option is invalid
 * @see {@link https://nginx.org/en/docs/http/ngx_http_ssl_module.html#var_ssl_client_escaped_cert nginx, `$ssl_client_escaped_cert`}
 * @example
 * ```ts
 * const certificate = nginxClientCert({ header: 'x-client-cert', trustedPeers: ['127.0.0.1', '::1'] })
 * ```
 */
export function nginxClientCert(options: NginxClientCertOptions): CertificateReader {
  return reader({ name: 'nginxClientCert', header: undefined, parse: fromEscapedPem }, options)
}

/**
 * Reads the certificate from `X-Forwarded-Client-Cert`, which Envoy, Istio and Azure Container Apps send. If several hops have
 * added theirs, the last one counts: the client of the proxy next to the API. Do not let Envoy forward `uri` and `dns` of
 * certificates that it does not verify: it does not quote them, so they could name another certificate.
 *
 * @throws {ConfigurationError} there is no trust rule, or an option is invalid
 * @see {@link https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert Envoy, `x-forwarded-client-cert`}
 * @example
 * ```ts
 * const certificate = envoyClientCert({ trustedPeers: ['127.0.0.1', '::1'] })
 * ```
 */
export function envoyClientCert(options: CertificateHeaderOptions): CertificateReader {
  return reader({ name: 'envoyClientCert', header: 'x-forwarded-client-cert', parse: fromXfcc }, options)
}

const ALB_MODES = {
  verify: { header: 'x-amzn-mtls-clientcert-leaf', parse: fromEscapedPem },
  passthrough: {
    header: 'x-amzn-mtls-clientcert',
    parse: (value: string) => firstOfEscapedPem(value).certificate,
  },
} as const

/**
 * Reads the certificate from a header of an AWS Application Load Balancer: `X-Amzn-Mtls-Clientcert-Leaf` in the mode
 * `'verify'`, the first certificate of `X-Amzn-Mtls-Clientcert` in the mode `'passthrough'`.
 *
 * @throws {ConfigurationError} there is no trust rule, or an option is invalid
 * @see {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html AWS, mutual authentication}
 * @example
 * ```ts
 * const certificate = awsAlbClientCert({ mode: 'passthrough', trustedPeers: ['10.0.1.0/24', '10.0.2.0/24'] })
 * ```
 */
export function awsAlbClientCert(options: AwsAlbClientCertOptions): CertificateReader {
  const { mode = 'verify' } = (options ?? {}) as { readonly mode?: unknown }
  if (mode !== 'verify' && mode !== 'passthrough') {
    invalidOption('awsAlbClientCert.mode', "awsAlbClientCert.mode must be 'verify' or 'passthrough'")
  }
  return reader({ name: 'awsAlbClientCert', ...ALB_MODES[mode], more: ['mode'] }, options)
}

/**
 * Reads the certificate from `X-ARR-ClientCert` of Azure App Service.
 *
 * Set the client certificate mode of the App Service to *Require* and confirm it with `mode: 'required'`. In the other modes, a
 * certificate may arrive without proof that the client has its private key.
 *
 * @throws {ConfigurationError} there is no trust rule, `mode` is missing, or an option is invalid
 * @see {@link https://learn.microsoft.com/azure/app-service/app-service-web-configure-tls-mutual-auth Azure, TLS mutual authentication}
 * @example
 * ```ts
 * const certificate = azureClientCert({ mode: 'required', trustedPeers: '169.254.0.0/16' })
 * ```
 */
export function azureClientCert(options: AzureClientCertOptions): CertificateReader {
  if ((options as { readonly mode?: unknown } | null | undefined)?.mode !== 'required') {
    const message =
      "azureClientCert.mode must be 'required', to confirm that the client certificate mode of the App Service is Require: other modes do not prove that the client has the private key"
    invalidOption('azureClientCert.mode', message)
  }
  return reader(
    { name: 'azureClientCert', header: 'x-arr-clientcert', parse: fromBase64, more: ['mode'] },
    options,
  )
}

/**
 * Reads the certificate from `X-Forwarded-Tls-Client-Cert`, which Traefik sends with `passTLSClientCert.pem`: the first one of
 * the chain.
 *
 * @throws {ConfigurationError} there is no trust rule, or an option is invalid
 * @see {@link https://doc.traefik.io/traefik/middlewares/http/passtlsclientcert/ Traefik, PassTLSClientCert}
 * @example
 * ```ts
 * const certificate = traefikClientCert({ secret: { header: 'x-proxy-secret', value: process.env.PROXY_SECRET ?? '' } })
 * ```
 */
export function traefikClientCert(options: CertificateHeaderOptions): CertificateReader {
  // Before version 2.3, Traefik percent-encoded it.
  const parse = (value: string): Uint8Array => fromBase64(decoded(value.split(',', 1)[0] as string))
  return reader({ name: 'traefikClientCert', header: 'x-forwarded-tls-client-cert', parse }, options)
}
