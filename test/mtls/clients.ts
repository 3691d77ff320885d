import { X509Certificate } from 'node:crypto'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { type Certificate, selfSignedCertificate } from '../hostile-authorization-server/index.ts'

export interface BoundClient extends Certificate {
  readonly der: Uint8Array
  /** An access token that is bound to the certificate. */
  readonly token: string
}

const CLIENT = {
  client_id: 'bound-service',
  client_secret: 'a-secret-of-a-client-in-a-test-0123456789',
}

/** Starts an authorization server with a client whose access tokens are bound to its certificate. */
function startServer(): Promise<AuthorizationServer> {
  return startAuthorizationServer({
    clients: [
      {
        ...CLIENT,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
  })
}

/** The server, two clients with a certificate each, and a token that is bound to none. */
export interface Clients {
  readonly server: AuthorizationServer
  readonly ours: BoundClient
  readonly theirs: BoundClient
  readonly unbound: string
}

/** Starts the server, and gets a token for each of two clients. */
export async function startWithClients(): Promise<Clients> {
  const server = await startServer()
  const [ours, theirs] = await Promise.all([boundClient(server), boundClient(server)])
  return { server, ours, theirs, unbound: await server.issueToken() }
}

/** A client with a new certificate, and a token that the authorization server has bound to it. */
async function boundClient({ issuer }: AuthorizationServer): Promise<BoundClient> {
  const certificate = selfSignedCertificate()
  const { raw } = new X509Certificate(certificate.cert)
  const response = await fetch(`${issuer}/v1/token`, {
    method: 'POST',
    headers: { 'client-cert': `:${raw.toString('base64')}:` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'messages:read', ...CLIENT }),
  })
  const { access_token } = (await response.json()) as { readonly access_token: string }
  return { ...certificate, der: raw, token: access_token }
}
