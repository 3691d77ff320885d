import type { IssueTokenOptions } from '@okta-resource-server/authorization-server'
import { Events, OAuth2Server } from 'oauth2-mock-server'
import type { IssuedTokens } from '../contract/case.ts'
import { type Algorithm, type ForeignServer, requestToken } from './server.ts'

const AUDIENCE = 'api://default'

async function startServer(algorithm: Algorithm): Promise<OAuth2Server> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate(algorithm)
  await server.start(0, '127.0.0.1')
  return server
}

/** oauth2-mock-server, whose access tokens are not marked as such; it signs with one key. */
export async function startMockServer(
  algorithm: Algorithm,
): Promise<ForeignServer & { server: OAuth2Server }> {
  const server = await startServer(algorithm)
  server.service.on(Events.BeforeTokenSigning, ({ payload }) => {
    payload.client_id = 'interop'
  })
  const issuer = server.issuer.url as string
  return {
    server,
    issuer,
    profile: 'generic',
    audience: () => AUDIENCE,
    accessToken: ({ scope, audience = AUDIENCE }) =>
      requestToken(`${issuer}/token`, { grant_type: 'client_credentials', scope, aud: audience }),
    stop: () => server.stop(),
  }
}

/** The claims that make a token one of the contract's kinds. */
const KINDS: Readonly<Record<string, object>> = {
  id: { aud: 'interop', nonce: 'n', at_hash: 'h' },
  dpop: { cnf: { jkt: 'a'.repeat(43) } },
}

const ORG_MARK = { typ: 'application/okta-internal-at+jwt' }

function payloadOf({ kind = 'access', claims, audience, scopes, expiresIn }: IssueTokenOptions): object {
  const now = Math.floor(Date.now() / 1_000)
  return {
    aud: audience ?? AUDIENCE,
    sub: 'ada.lovelace@example.com',
    ver: 1,
    // A case that sets scp means the scopes of the token, which this server has in scope.
    ...(claims !== undefined && 'scp' in claims
      ? {}
      : { scope: (scopes ?? ['openid', 'profile', 'messages:read']).join(' ') }),
    ...(expiresIn === undefined ? {} : { exp: now + expiresIn }),
    ...KINDS[kind],
    ...claims,
  }
}

/** Issues the tokens of the contract's cases by oauth2-mock-server. */
export async function issuerOfContract(server: OAuth2Server): Promise<{
  readonly issueToken: IssuedTokens['issueToken']
  readonly stop: () => Promise<void>
}> {
  const stranger = await startServer('RS256')
  stranger.issuer.url = server.issuer.url as string
  const issueToken = (options: IssueTokenOptions = {}): Promise<string> =>
    (options.key === 'stranger' ? stranger : server).issuer.buildToken({
      scopesOrTransform: (header, payload) => {
        Object.assign(header, options.kind === 'org' ? ORG_MARK : {}, options.header)
        Object.assign(payload, payloadOf(options))
      },
    })
  return { issueToken, stop: () => stranger.stop() }
}
