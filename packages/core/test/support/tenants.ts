import {
  AUDIENCE,
  accessTokenClaims,
  base64url,
  keySet,
  NOW,
  outcomeOf,
  type ScriptedAnswer,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { onTestFinished } from 'vitest'
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type IssuerResolver,
} from '../../src/index.ts'
import { type Configuration, configure } from '../../src/options/options.ts'
import type { TenantsConfiguration } from '../../src/options/tenants.ts'
import { untyped } from './verifiers.ts'

/** Seconds. Tokens are valid for so long that no step of the clock makes them invalid. */
const YEAR = 31_536_000

/** The issuer of a tenant. */
export const tenant = (name: number | string): string => `https://as.example/${name}`

/** The key of every tenant. */
export const KEY = signingKey('ES256', 'tenants')

export const tokenOf = (iss: unknown, key: SigningKey = KEY, claims: object = {}): string =>
  signToken({ key, claims: { iss, iat: NOW - YEAR, exp: NOW + YEAR, ...claims } })

/** A token whose signature is wrong. It costs nothing to make. */
export function forgedToken(iss: string): string {
  const [header, , signature] = FORGED
  return `${header}.${base64url(JSON.stringify(accessTokenClaims({ iss })))}.${signature}`
}
const FORGED = signToken({ key: { ...signingKey('ES256', 'attacker'), kid: KEY.kid } }).split('.')

/** What the authorization server of tenants answers: metadata with the issuer of the URL, and the keys. */
export function published(url: string, ...keys: readonly SigningKey[]): Response {
  const [, issuer] = /^(.*)\/\.well-known\/openid-configuration$/.exec(url) ?? []
  if (issuer !== undefined) return Response.json({ issuer, jwks_uri: `${issuer}/keys` })
  return url.endsWith('/keys')
    ? Response.json(keySet(...(keys.length === 0 ? [KEY] : keys)))
    : new Response('', { status: 404 })
}

type Resolve = (issuer: string) => ReturnType<IssuerResolver> | undefined

/** A verifier whose issuers a function finds. Both the function and the authorization server can be replaced. */
export function createTenants(
  resolve: Resolve = () => ({}),
  options: Partial<AccessTokenVerifierOptions> = {},
) {
  const function_ = { resolve }
  const calls: string[] = []
  const server: { answer: (url: string) => ScriptedAnswer | Promise<ScriptedAnswer> } = {
    answer: (url) => published(url),
  }
  const { fetch, requests } = scriptedFetch((url) => server.answer(url))
  const verifier = createAccessTokenVerifier({
    issuer: (iss) => {
      calls.push(iss)
      return function_.resolve(iss)
    },
    audience: AUDIENCE,
    fetch,
    ...options,
  })
  onTestFinished(() => verifier.close())
  return {
    verifier,
    function_,
    /** The issuers that the function was asked for. */
    calls,
    server,
    urls: () => requests.map(({ url }) => url),
    outcome: (iss: unknown, ...rest: [SigningKey?, object?]) =>
      outcomeOf(verifier.verify(tokenOf(iss, ...rest))),
  }
}

/** A function that knows exactly these tenants. */
export const knows =
  (...names: readonly (number | string)[]): Resolve =>
  (iss) =>
    names.some((name) => tenant(name) === iss) ? {} : undefined

/** A function that knows no issuer. */
export const resolve = (): undefined => undefined

/** What these options configure where a function finds issuers. */
export const configureFunction = (options: object): Configuration =>
  configure(untyped({ issuer: resolve, audience: AUDIENCE, ...options }))
export const tenants = (options: object = {}): TenantsConfiguration =>
  configureFunction(options).tenants as TenantsConfiguration

/** The option `initialJwks` with keys that were fetched in this minute. */
export const initialJwksOf = (minute: number): object => ({
  ...keySet(signingKey()),
  fetchedAt: 1_700_000_000_000 + minute * 60_000,
})
