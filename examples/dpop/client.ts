// A client that requests a DPoP-bound token, and calls an API with it.
import * as oauth from 'oauth4webapi'

export interface ClientOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly url: string
  /** Plain http, for tests on this machine. */
  readonly insecure?: boolean
}

/** Sends the request again with the nonce of the response, if the server asks for one. */
async function withNonce<Result>(send: () => Promise<Result>): Promise<Result> {
  try {
    return await send()
  } catch (error) {
    if (oauth.isDPoPNonceError(error)) return send()
    throw error
  }
}

export async function callApi({
  issuer,
  clientId,
  clientSecret,
  url,
  insecure = false,
}: ClientOptions): Promise<Response> {
  const options = { [oauth.allowInsecureRequests]: insecure }
  const client: oauth.Client = { client_id: clientId }
  const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...options })
  const server = await oauth.processDiscoveryResponse(new URL(issuer), found)

  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const secret = oauth.ClientSecretBasic(clientSecret)
  const scope = { scope: 'messages:read' }
  const { access_token } = await withNonce(async () => {
    const response = await oauth.clientCredentialsGrantRequest(server, client, secret, scope, {
      DPoP,
      ...options,
    })
    return oauth.processClientCredentialsResponse(server, client, response)
  })
  const request = () =>
    oauth.protectedResourceRequest(access_token, 'GET', new URL(url), undefined, undefined, {
      DPoP,
      ...options,
    })
  return withNonce(request)
}
