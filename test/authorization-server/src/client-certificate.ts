import { X509Certificate } from 'node:crypto'
import type { Context } from 'oidc-provider'

/**
 * The certificate with which the client connected to the proxy in front of this server, which sends it in the header
 * `Client-Cert`. The server trusts everyone to be that proxy: it is for tests.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9440#section-2.2 RFC 9440, section 2.2}
 */
export function clientCertificate(ctx: Context): X509Certificate | undefined {
  const [, base64] = /^:([\w+/]+={0,2}):$/.exec(String(ctx.req.headers['client-cert'])) ?? []
  return base64 === undefined ? undefined : new X509Certificate(Buffer.from(base64, 'base64'))
}
