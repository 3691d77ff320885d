// The authorization server, or a proxy that inspects TLS, has a certificate of your company's own authority.
// For the whole process, NODE_EXTRA_CA_CERTS=/path/to/ca.pem does the same without code.
import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { Agent, fetch as undiciFetch } from 'undici'

/** `caFile` is a file of one or more certificates in PEM; they are trusted beside those that Node trusts. */
export function verifierWithPrivateCa(
  caFile: string,
  options: { readonly issuer: string; readonly audience: string },
): AccessTokenVerifier {
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, readFileSync(caFile, 'utf8')] } })
  // undici's own fetch, since the one of Node may be of another version than the dispatcher.
  const fetch = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher })
  return createAccessTokenVerifier({ ...options, fetch: fetch as unknown as typeof globalThis.fetch })
}
