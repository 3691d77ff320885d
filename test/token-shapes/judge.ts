import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import {
  base64url,
  NOW,
  type SigningKey,
  scriptedFetch,
  signatureOf,
  signingKey,
} from '@okta-resource-server/testing'
import type { AuthorizationServer, Token } from './shape.ts'

/** An authorization server of the corpus that issues tokens, and an API that is configured for it. */
export class Setting {
  readonly #server: AuthorizationServer
  readonly #key: SigningKey
  #created: AccessTokenVerifier | undefined

  constructor(server: AuthorizationServer) {
    this.#server = server
    this.#key = signingKey(server.algorithm ?? 'RS256', 'token-shapes')
  }

  /** The verifier of the API; created by the first test, so that a refused configuration fails only its own tests. */
  get #verifier(): AccessTokenVerifier {
    this.#created ??= this.#create()
    return this.#created
  }

  #create(): AccessTokenVerifier {
    const { options, jwk } = this.#server
    const keys = { keys: [{ ...this.#key.jwk, ...jwk }] }
    const { issuer } = options
    const { fetch } = scriptedFetch((url) =>
      url.includes('/.well-known/')
        ? Response.json({ issuer, jwks_uri: `https://keys.example/${encodeURIComponent(issuer)}` })
        : Response.json(keys),
    )
    return createAccessTokenVerifier({ ...options, fetch, clock: () => NOW * 1_000 })
  }

  /** A token that the authorization server signs with its key. */
  issue({ header, claims }: Token): string {
    const { algorithm, kid } = this.#key
    const times = { iat: NOW - 60, exp: NOW + 3_540 }
    const input = [
      { alg: algorithm, kid, ...header },
      { iss: this.#server.options.issuer, ...times, ...claims },
    ]
      .map((part) => base64url(JSON.stringify(part)))
      .join('.')
    return `${input}.${base64url(signatureOf(input, this.#key))}`
  }

  verify(token: Token): Promise<VerifiedAccessToken> {
    return this.#verifier.verify(this.issue(token))
  }

  /** `'accepted'`, or the code of the refusal. */
  async outcome(token: Token): Promise<string> {
    return this.verify(token).then(
      () => 'accepted',
      (error: ResourceServerError) => error.code,
    )
  }

  /** What a route with these scopes responds: 200, or the status of the refusal. */
  async status(token: Token, scopes: readonly string[]): Promise<number> {
    return this.#verifier.verify(this.issue(token), { scopes }).then(
      () => 200,
      (error: ResourceServerError) => error.status,
    )
  }
}
