// The certificate of the authorization server, or of a proxy that inspects TLS traffic, is signed by a private CA.
// To trust the CA in the whole process without code, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem instead.
import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { Agent, fetch as undiciFetch } from 'undici'

/**
 * Creates a verifier that also trusts a private CA.
 *
 * @param caFile - Path of a PEM file with one or more certificates. They are trusted in addition to those of Node.js.
 */
export function verifierWithPrivateCa(
  caFile: string,
  options: { readonly issuer: string; readonly audience: string },
): AccessTokenVerifier {
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, readFileSync(caFile, 'utf8')] } })
  // Uses undici's own fetch, because the fetch of Node.js may be a different version than the dispatcher.
  const fetch = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher })
  return createAccessTokenVerifier({ ...options, fetch: fetch as unknown as typeof globalThis.fetch })
}
