import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider from 'oidc-provider'
import { ALGORITHMS, type Algorithm, type ForeignServer, requestToken } from './server.ts'

const CLIENT = { client_id: 'interop', client_secret: randomUUID() }
const SCOPES = 'messages:read messages:write'

/** The server signs the tokens for an API with the algorithm in its identifier. */
const resource = (algorithm: string, path = 'messages'): string =>
  `https://api.example.com/${algorithm}/${path}`

async function privateKey(algorithm: Algorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  // Without `alg`, as servers publish an Ed25519 key that they use under both of its names.
  const alg = algorithm === 'EdDSA' ? {} : { alg: algorithm }
  return { ...(await exportJWK(privateKey)), ...alg, kid: `${algorithm}-key`, use: 'sig' }
}

/** Stores nothing: the tokens are self-contained, and the only client is configured. */
class NoStorage {
  async find(): Promise<void> {}
  async upsert(): Promise<void> {}
}

/** Some options repeat a default, since oidc-provider prints a notice where they are left out. */
function configuration(keys: readonly JWK[], algorithms: readonly string[]): object {
  return {
    adapter: NoStorage,
    clients: [{ ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    jwks: { keys },
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
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource('RS256'),
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, audience: string) => {
          const alg = algorithms.find((algorithm) => audience.startsWith(resource(algorithm, '')))
          if (alg === undefined) throw new Error(`There is no API ${audience}`)
          return { audience, scope: SCOPES, accessTokenFormat: 'jwt', jwt: { sign: { alg } } }
        },
      },
    },
  }
}

/** An unmodified oidc-provider that issues access tokens of RFC 9068, with one key for each algorithm. */
export async function startOidcProvider(): Promise<ForeignServer> {
  const keys = await Promise.all(ALGORITHMS.map(privateKey))
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const handle = new Provider(issuer, configuration(keys, [...ALGORITHMS, 'Ed25519'])).callback()
  const basic = Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')
  return {
    issuer,
    profile: 'rfc9068',
    audience: (algorithm) => resource(algorithm),
    accessToken: ({ algorithm, scope, audience = resource(algorithm) }) =>
      requestToken(
        `${issuer}/token`,
        { grant_type: 'client_credentials', scope, resource: audience },
        { authorization: `Basic ${basic}` },
      ),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
