// The authorization server is reached through a proxy only: hand the verifier a fetch that goes there.
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { ProxyAgent, fetch as undiciFetch } from 'undici'

/** `proxy` is an address such as `http://proxy.corp.example:8080`. */
export function verifierThroughProxy(
  proxy: string,
  options: { readonly issuer: string; readonly audience: string },
): AccessTokenVerifier {
  const dispatcher = new ProxyAgent(proxy)
  // undici's own fetch, since the one of Node may be of another version than the dispatcher.
  const fetch = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher })
  return createAccessTokenVerifier({ ...options, fetch: fetch as unknown as typeof globalThis.fetch })
}
