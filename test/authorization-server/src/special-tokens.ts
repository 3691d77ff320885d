import { type JsonObject, signJwt } from './jwt.ts'
import { base64url } from './random.ts'
import type { SigningKey, SigningKeys } from './signing-keys.ts'
import type { ServerState } from './state.ts'
import { accessTokenClaims, idTokenClaims } from './token-claims.ts'
import type { User } from './users.ts'

/**
 * The kind of a token. `org`: an access token of the org authorization server, signed with a published key as at Okta.
 * `org-id`: an ID token of it. `client-credentials`: an access token without a user. `dpop`: an access token bound to a key with `cnf`.
 */
export type TokenKind = 'access' | 'id' | 'org' | 'org-id' | 'client-credentials' | 'dpop'

export interface IssueTokenOptions {
  kind?: TokenKind
  /** Claims to add or replace; `undefined` removes a claim. */
  claims?: JsonObject
  /** Header parameters to add or replace; `undefined` removes one. `alg` also selects the signature algorithm. */
  header?: JsonObject
  /** Lifetime in seconds; negative for an expired token. Default: `knobs.tokenLife`. */
  expiresIn?: number
  audience?: string | string[]
  scopes?: string[]
  /**
   * The signing key; `stranger` is a key that is never published.
   *
   * @default 'current'
   */
  key?: 'current' | 'next' | 'stranger'
  /** Introspection answers that the token is active, without claims that Okta does not document, such as `cnf`. */
  introspectable?: boolean
}

/** Signs tokens that the token endpoint would not issue. */
export class SpecialTokens {
  readonly #state: ServerState
  readonly #issuer: string
  readonly #user: User

  constructor(state: ServerState, issuer: string, user: User) {
    this.#state = state
    this.#issuer = issuer
    this.#user = user
  }

  async issue(options: IssueTokenOptions = {}): Promise<string> {
    const key = await chooseKey(this.#state.keys, options.key ?? 'current')
    const { kind = 'access' } = options
    const typ = kind === 'org' ? { typ: 'application/okta-internal-at+jwt' } : {}
    const header = { kid: key.kid, alg: 'RS256', ...typ, ...options.header }
    const claims = this.#claims(kind, options)
    if (options.audience !== undefined) claims.aud = options.audience
    if (options.expiresIn !== undefined) claims.exp = (claims.iat as number) + options.expiresIn
    const all = { ...claims, ...options.claims }
    const token = await signJwt(header, all, key)
    if (options.introspectable === true) this.#state.storage.rememberSpecial(token, all)
    return token
  }

  #claims(kind: TokenKind, { scopes }: IssueTokenOptions): JsonObject {
    const { clock, audience, knobs, clients } = this.#state
    const service = kind === 'client-credentials'
    const now = clock.seconds()
    const stored = {
      jti: base64url(43),
      iat: now,
      exp: now + knobs.tokenLife,
      aud: audience,
      clientId: service ? clients.service.client_id : clients.native.client_id,
      scope: (scopes ?? (service ? ['messages:read'] : ['openid', 'profile', 'messages:read'])).join(' '),
      extra: service ? {} : { auth_time: now },
    }
    const access = accessTokenClaims(this.#issuer, stored, service ? undefined : this.#user)
    const { origin } = new URL(this.#issuer)
    switch (kind) {
      case 'id':
        return idTokenClaims(base64url(43), access, this.#user, ['pwd', 'otp', 'mfa'])
      case 'org':
        return { ...access, iss: origin, aud: origin }
      case 'org-id':
        return { ...idTokenClaims(base64url(43), access, this.#user, ['pwd']), iss: origin }
      case 'dpop':
        return { ...access, cnf: { jkt: base64url(43) } }
      default:
        return access
    }
  }
}

async function chooseKey(keys: SigningKeys, which: 'current' | 'next' | 'stranger'): Promise<SigningKey> {
  if (which === 'stranger') return keys.stranger()
  return which === 'next' && keys.next ? keys.next : keys.active
}
