// The authorization server can only be reached through a proxy: pass the verifier a `fetch` that uses it.
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { ProxyAgent, fetch as undiciFetch } from 'undici'

/**
 * Creates a verifier that fetches metadata and keys through a proxy.
 *
 * @param proxy - URL of the proxy, for example `http://proxy.corp.example:8080`.
 */
export function verifierThroughProxy(
  proxy: string,
  options: { readonly issuer: string; readonly audience: string },
): AccessTokenVerifier {
  const dispatcher = new ProxyAgent(proxy)
  // Uses undici's own fetch, because the fetch of Node.js may be a different version than the dispatcher.
  const fetch = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher })
  return createAccessTokenVerifier({ ...options, fetch: fetch as unknown as typeof globalThis.fetch })
}
