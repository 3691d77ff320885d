import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as dpop from 'dpop'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { clientCertificate } from '../authorization-server/src/client-certificate.ts'

const ASSERTION_AUTH = 'private_key_jwt'
export const API = 'https://api.example.com'

/** An unmodified oidc-provider with opaque access tokens. */
export interface OpaqueProvider {
  readonly issuer: string
  /** Clients of the API, by how they authenticate. */
  readonly api: {
    readonly basic: { readonly clientId: string; readonly clientSecret: string }
    readonly post: { readonly clientId: string; readonly clientSecret: string }
    readonly key: { readonly clientId: string; readonly privateKey: object }
  }
  /** Requests an access token, bound to this key or to this certificate (DER), if there is one. */
  readonly accessToken: (key?: dpop.KeyPair, certificate?: Uint8Array) => Promise<string>
  readonly revoke: (token: string) => Promise<void>
  /** The Accept header of each call of the introspection endpoint. */
  readonly asked: string[]
  readonly stop: () => Promise<void>
}

/** Keeps everything in memory. The storage that oidc-provider has prints a notice. */
function memoryStorage() {
  const payloads = new Map<string, Record<string, unknown>>()
  return class {
    readonly #model: string
    constructor(model: string) {
      this.#model = model
    }
    async find(id: string) {
      return payloads.get(`${this.#model} ${id}`)
    }
    async upsert(id: string, payload: Record<string, unknown>) {
      payloads.set(`${this.#model} ${id}`, payload)
    }
    async destroy(id: string) {
      payloads.delete(`${this.#model} ${id}`)
    }
    async consume() {}
    async revokeByGrantId() {}
  }
}

export async function startOpaqueProvider(): Promise<OpaqueProvider> {
  const pair = await generateKeyPair('ES256', { extractable: true })
  const signing = await generateKeyPair('ES256', { extractable: true })
  const common = {
    redirect_uris: [],
    response_types: [],
    grant_types: [],
    id_token_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
  }
  const secret = (id: string, method: string) => ({
    ...common,
    client_id: id,
    client_secret: randomUUID(),
    token_endpoint_auth_method: method,
  })
  const basic = secret('api basic:1', 'client_secret_basic')
  const post = secret('api-post', 'client_secret_post')
  const client = { ...secret('interop', 'client_secret_basic'), grant_types: ['client_credentials'] }
  const bound = { ...client, client_id: 'interop-tls', tls_client_certificate_bound_access_tokens: true }
  const keyed = {
    ...common,
    client_id: 'api-key',
    token_endpoint_auth_method: ASSERTION_AUTH,
    jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', use: 'sig', alg: 'ES256' }] },
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    if (request.url?.includes('introspection')) asked.push(String(request.headers.accept))
    void handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    adapter: memoryStorage(),
    clients: [basic, post, keyed, client, bound],
    jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), kid: 'signing', use: 'sig', alg: 'ES256' }] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', ASSERTION_AUTH],
    clientBasedCORS: () => false,
    issueRefreshToken: () => false,
    rotateRefreshToken: false,
    ttl: { ClientCredentials: () => 3600 },
    findAccount: () => undefined,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32), requireNonce: () => false },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: clientCertificate },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ audience: API, scope: 'messages:read', accessTokenFormat: 'opaque' }),
      },
    },
  })
  const handle = provider.callback()
  const post2 = async (
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
    { client_id: id, client_secret: password } = client,
  ) => {
    const authorization = `Basic ${btoa(`${id}:${password}`)}`
    const response = await fetch(issuer + path, {
      method: 'POST',
      headers: { authorization, ...headers },
      body: new URLSearchParams(form),
    })
    return { status: response.status, text: await response.text() }
  }
  return {
    issuer,
    api: {
      basic: { clientId: basic.client_id, clientSecret: basic.client_secret },
      post: { clientId: post.client_id, clientSecret: post.client_secret },
      key: {
        clientId: keyed.client_id,
        privateKey: { ...(await exportJWK(pair.privateKey)), kid: 'one', alg: 'ES256' },
      },
    },
    asked,
    accessToken: async (key, certificate) => {
      const headers = {
        ...(key && { dpop: await dpop.generateProof(key, `${issuer}/token`, 'POST') }),
        ...(certificate && { 'client-cert': `:${Buffer.from(certificate).toString('base64')}:` }),
      }
      const form = { grant_type: 'client_credentials', scope: 'messages:read' }
      const { text } = await post2('/token', form, headers, certificate && bound)
      const { access_token: token } = JSON.parse(text) as { access_token?: string }
      if (token === undefined) throw new Error(`no token: ${text}`)
      return token
    },
    revoke: async (token) => {
      const { status, text } = await post2('/token/revocation', { token })
      if (status !== 200) throw new Error(`not revoked: ${text}`)
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
