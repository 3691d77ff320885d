import type { AccessTokenVerifierOptions } from '@okta-resource-server/core'
import type { JWK } from 'jose'

/** A JWT as an authorization server issues it. `iss`, `iat` and `exp` are added, and so are `alg` and `kid`. */
export interface Token {
  readonly name: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** An access token, with what a user reads from it. */
export interface AccessToken extends Token {
  readonly scopes: readonly string[]
  readonly clientId: string | undefined
}

/** A token that is not an access token. `code` is `'accepted'` if it cannot be told apart from one. */
export interface OtherToken extends Token {
  readonly code: string
}

/** The claims that an ID token can have or not have. */
export type IdTokenMarks = 'nonce and at_hash' | 'nonce' | 'at_hash' | 'neither'

/** An ID token. It is tried with the configured audience, with and without `nonce` and `at_hash`. */
export interface IdToken extends Token {
  /** The code for each combination of marks; default: `id_token`. */
  readonly codes?: Readonly<Partial<Record<IdTokenMarks, string>>>
}

/** What a user writes; the keys are served by the test. */
export type Options = Omit<AccessTokenVerifierOptions, 'issuer'> & { readonly issuer: string }

/** An authorization server: its tokens, and how it is configured. Each file of `servers` describes one. */
export interface AuthorizationServer {
  /** Name in the provider table of the README. */
  readonly name: string
  readonly options: Options
  /** The algorithm of its signatures; default: RS256. */
  readonly algorithm?: 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA' | 'RS512'
  /** Members that its published keys have or lack, besides `kid`, `use`, `alg` and the public key. */
  readonly jwk?: Readonly<Partial<Record<keyof JWK | 'issuer', unknown>>>
  readonly accessTokens: readonly AccessToken[]
  readonly idTokens: readonly IdToken[]
  readonly others: readonly OtherToken[]
  /** Tokens that pass although they are not access tokens, as the provider table names them; absent if there are none. */
  readonly indistinguishable?: string
  /** What a user has to know or to do at the authorization server, as the provider table says it. */
  readonly notes: string
  /** Documentation or source code from which the tokens were taken. */
  readonly sources: readonly string[]
}

/** The audience of the API. */
export const AUDIENCE = 'https://api.example.com'
/** The client of the API. */
export const CLIENT = 'client-1'

/** A back-channel logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
export function logoutToken(differences: Partial<OtherToken> = {}): OtherToken {
  return {
    name: 'logout token',
    code: 'logout_token',
    ...differences,
    claims: {
      aud: AUDIENCE,
      sub: 'user-1',
      jti: 'logout-1',
      sid: 'session-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...differences.claims,
    },
  }
}
