import { verify } from 'node:crypto'
import { createAccessTokenVerifier, type ReplayStore } from '@okta-resource-server/core'
import { auth } from 'express-oauth2-jwt-bearer'
import * as oauth from 'oauth4webapi'
import { AUDIENCE, ISSUER } from '../policy.ts'
import { hasRedis, redisReplays } from '../redis.ts'
import type { Kind } from '../row.ts'
import type { Client, DpopRequest, ProofAlgorithm } from './requests.ts'

/** Where the keys of the authorization server are. */
export interface JwkSet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
  readonly uri: string
}

/** Decides about requests: rejects, throws or returns `false` if one is refused. */
export interface Decider {
  readonly prepare?: (request: DpopRequest) => unknown
  readonly decide: (input: never) => unknown
}

export interface DpopCandidate {
  readonly name: string
  readonly kind: Kind
  /** Needs a Redis server. */
  readonly redis?: true
  /** Makes a decider with the tokens of these clients in its cache, if it has one, but none of their keys. */
  readonly make: (jwks: JwkSet, clients: readonly Client[]) => Promise<Decider>
}

export const OWN = 'this library'
export const LIMIT = 'crypto.verify of the proof, sync'

async function thisLibrary(
  { keys }: JwkSet,
  clients: readonly Client[],
  replayStore?: ReplayStore,
): Promise<Decider> {
  const verifier = createAccessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: { keys } as never,
    ...(replayStore && { dpop: { replayStore } }),
  })
  // A token is cached although the proof is missing, so that only its proof is verified when it is measured.
  for (let time = 0; time < 3; time++) {
    for (const { token } of clients) {
      await verifier.authenticate({ headers: { authorization: `DPoP ${token}` } }).catch(() => {})
    }
  }
  return { decide: (request: DpopRequest) => verifier.authenticate(request) }
}

async function expressPeer({ uri }: JwkSet): Promise<Decider> {
  const middleware = auth({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: uri,
    dpop: { enabled: true, required: true },
  } as never)
  const prepare = ({ method, url, headers }: DpopRequest) => ({
    ...{ method, url, headers, originalUrl: url, protocol: 'https', query: {}, is: () => false },
    get: (name: string) => (headers as Readonly<Record<string, string>>)[name.toLowerCase()],
  })
  const decide = (request: unknown) =>
    new Promise<void>((resolve, reject) => {
      void middleware(request as never, {} as never, (error?: unknown) => (error ? reject(error) : resolve()))
    })
  return { prepare, decide }
}

async function oauth4webapi({ keys, uri }: JwkSet): Promise<Decider> {
  const server: oauth.AuthorizationServer = { issuer: ISSUER, jwks_uri: uri }
  const options = {
    [oauth.customFetch]: async () => Response.json({ keys }),
    [oauth.allowInsecureRequests]: true,
  }
  return {
    prepare: ({ url, headers }: DpopRequest) =>
      new Request(`https://api.example.com${url}`, {
        headers: { authorization: headers.authorization, dpop: headers.dpop },
      }),
    decide: (request: Request) => oauth.validateJwtAccessToken(server, request, AUDIENCE, options),
  }
}

async function limit(): Promise<Decider> {
  return {
    prepare: ({ headers: { dpop }, client }: DpopRequest) => {
      const end = dpop.lastIndexOf('.')
      return {
        data: Buffer.from(dpop.slice(0, end)),
        key: { key: client.publicKey, dsaEncoding: 'ieee-p1363' },
        signature: Buffer.from(dpop.slice(end + 1), 'base64url'),
      }
    },
    decide: ({ data, key, signature }: { data: Buffer; key: never; signature: Buffer }) => {
      if (!verify('sha256', data, key, signature)) throw new Error('The proof is not valid')
    },
  }
}

const ALL: readonly DpopCandidate[] = [
  { name: OWN, kind: 'this', make: thisLibrary },
  {
    name: 'this library, replay store in Redis',
    kind: 'this',
    redis: true,
    make: async (jwks, clients) => thisLibrary(jwks, clients, await redisReplays()),
  },
  { name: 'express-oauth2-jwt-bearer', kind: 'peer', make: expressPeer },
  { name: 'oauth4webapi', kind: 'peer', make: oauth4webapi },
  { name: LIMIT, kind: 'limit', make: limit },
]

export const dpopCandidates = (): readonly DpopCandidate[] =>
  ALL.filter(({ redis }) => redis !== true || hasRedis())

/** How many clients send requests: each one once, or one of them all. */
export const LOADS = ['new key', 'same key'] as const
export type DpopLoad = (typeof LOADS)[number]
export const clientsOf = (load: DpopLoad, algorithm: ProofAlgorithm): number =>
  load === 'same key' ? 1 : algorithm === 'ES256' ? 200 : 40
