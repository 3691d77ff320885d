import type { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { bearer, type Case, type Outcome } from './case.ts'

/** A case whose token the authorization server is asked about. */
export type AskedCase = Case<HostileAuthorizationServer>

type Token = (server: HostileAuthorizationServer) => string

function asked(
  name: string,
  outcome: Outcome,
  token: Token,
  requirements: readonly string[] = [],
): AskedCase {
  return { name, outcome, token, lines: (server) => bearer(token(server)), requirements }
}

const encoded = (json: string): string => Buffer.from(json).toString('base64url')

/** For an API that asks about opaque tokens. */
export const INTROSPECTION_CASES: readonly AskedCase[] = [
  asked('accepts an opaque token that is active', 'accepted', (it) => it.opaqueToken()),
  {
    ...asked('accepts an opaque token with the required scope', 'accepted', (it) => it.opaqueToken()),
    route: '/messages',
  },
  {
    ...asked('rejects an opaque token without the required scope', 'insufficient_scope', (it) =>
      it.opaqueToken(),
    ),
    route: '/both',
    scope: 'messages:read messages:write',
  },
  asked('rejects an opaque token that is not active', 'token_inactive', () => 'not-active', ['INTR-02']),
  asked('rejects a token with dots that is not active', 'token_inactive', () => 'a.b.c', ['INTR-02']),
  asked('accepts a JWT where opaque tokens are asked about', 'accepted', (it) => it.token()),
  asked('rejects a forged JWT where opaque tokens are asked about', 'key_unknown', (it) => it.forgedToken()),
  asked('rejects a broken JWT where opaque tokens are asked about', 'token_malformed', () =>
    ['{"alg":"ES256"}', '{', 's'].map(encoded).join('.'),
  ),
  asked('rejects a JWE where opaque tokens are asked about', 'token_encrypted', () =>
    ['{"alg":"dir"}', 'a', 'b', 'c', 'd'].map(encoded).join('.'),
  ),
]

/** For an API that cannot reach the introspection endpoint. */
export const NO_INTROSPECTION_CASES: readonly AskedCase[] = [
  asked(
    'cannot decide about an opaque token whose authorization server cannot be asked',
    'introspection_unavailable',
    (it) => it.opaqueToken(),
    ['INTR-06'],
  ),
]
