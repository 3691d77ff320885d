import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import OktaJwtVerifier from '@okta/jwt-verifier'
import { createAccessTokenVerifier, type RequestLike } from '@okta-resource-server/core'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import jwksRsa from 'jwks-rsa'
import { type Algorithm, AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'

/** Takes a token, or what `prepare` made of it; throws or rejects what it refuses. */
export interface Instance {
  readonly verify: (input: never) => unknown
  /** Done outside of the measured stretch; the limits and what takes a request use it. */
  readonly prepare?: (token: string) => unknown
}

export interface Candidate {
  readonly name: string
  readonly kind: 'this' | 'peer' | 'limit'
  readonly algorithms: readonly Algorithm[]
  /** Keeps verified tokens. */
  readonly caches?: boolean
  readonly make: (setting: Setting, algorithm: Algorithm) => Instance | Promise<Instance>
}

const ALL: readonly Algorithm[] = ['RS256', 'ES256', 'EdDSA']

function publicKey(setting: Setting, algorithm: Algorithm): KeyObject {
  const jwk = readKeys(setting.folder).jwks.keys.find(({ alg }) => alg === algorithm)
  return createPublicKey({ key: jwk as never, format: 'jwk' })
}

const jwksOf = (setting: Setting): JSONWebKeySet => readKeys(setting.folder).jwks as unknown as JSONWebKeySet

function ours(setting: Setting, tokenCache: false | undefined) {
  return createAccessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: jwksOf(setting),
    ...(tokenCache === undefined ? {} : { tokenCache }),
  })
}

function fastJwt(setting: Setting, algorithm: Algorithm, cache: boolean): Instance {
  return {
    verify: createVerifier({
      key: publicKey(setting, algorithm).export({ type: 'spki', format: 'pem' }) as string,
      algorithms: [algorithm],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      cache,
    }),
  }
}

interface Split {
  readonly data: Buffer
  readonly signature: Buffer
}

function split(token: string): Split {
  const dot = token.lastIndexOf('.')
  return {
    data: Buffer.from(token.slice(0, dot)),
    signature: Buffer.from(token.slice(dot + 1), 'base64url'),
  }
}

function raw(setting: Setting, algorithm: Algorithm, synchronous: boolean): Instance {
  const key = { key: publicKey(setting, algorithm), dsaEncoding: 'ieee-p1363' } as const
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  const refuse = (): never => {
    throw new Error('signature')
  }
  return {
    prepare: split,
    verify: synchronous
      ? ({ data, signature }: Split) => verify(digest, data, key, signature) || refuse()
      : ({ data, signature }: Split) =>
          new Promise((resolve, reject) => {
            verify(digest, data, key, signature, (error, good) => {
              if (error === null && good) resolve(true)
              else reject(new Error('signature'))
            })
          }),
  }
}

function jsonWebToken({ jwksUri }: Setting, algorithm: Algorithm): Instance {
  const client = jwksRsa({ jwksUri, cache: true, rateLimit: true })
  const keyOf: jsonwebtoken.GetPublicKeyOrSecret = ({ kid }, done) => {
    client.getSigningKey(kid, (error, key) => done(error, key?.getPublicKey()))
  }
  const options: jsonwebtoken.VerifyOptions = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [algorithm as 'RS256'],
  }
  return {
    verify: (token: string) =>
      new Promise((resolve, reject) => {
        jsonwebtoken.verify(token, keyOf, options, (error, claims) =>
          error ? reject(error) : resolve(claims),
        )
      }),
  }
}

/** Everybody, each in the way that its documentation gives as the fast one. */
export const CANDIDATES: readonly Candidate[] = [
  {
    name: 'this library',
    kind: 'this',
    caches: true,
    algorithms: ALL,
    make: (setting) => {
      const verifier = ours(setting, undefined)
      return { verify: (token: string) => verifier.verify(token) }
    },
  },
  {
    name: 'this library, decide()',
    kind: 'this',
    caches: true,
    algorithms: ALL,
    make: (setting) => {
      const verifier = ours(setting, undefined)
      return {
        prepare: (token) => ({
          headers: { authorization: Buffer.from(`Bearer ${token}`).toString('latin1') },
        }),
        verify: (request: RequestLike) => verifier.decide(request),
      }
    },
  },
  {
    name: 'this library, no cache',
    kind: 'this',
    algorithms: ALL,
    make: (setting) => {
      const verifier = ours(setting, false)
      return { verify: (token: string) => verifier.verify(token) }
    },
  },
  {
    name: 'jose',
    kind: 'peer',
    algorithms: ALL,
    make: (setting) => {
      const keys = createLocalJWKSet(jwksOf(setting))
      const options = { issuer: ISSUER, audience: AUDIENCE }
      return { verify: (token: string) => jwtVerify(token, keys, options) }
    },
  },
  {
    name: '@okta/jwt-verifier',
    kind: 'peer',
    algorithms: ['RS256'],
    make: ({ jwksUri }) => {
      const verifier = new OktaJwtVerifier({ issuer: ISSUER, jwksUri })
      return { verify: (token: string) => verifier.verifyAccessToken(token, AUDIENCE) }
    },
  },
  {
    name: 'aws-jwt-verify',
    kind: 'peer',
    algorithms: ALL,
    make: (setting) => {
      const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: setting.jwksUri })
      verifier.cacheJwks(jwksOf(setting) as never)
      return { verify: (token: string) => verifier.verifySync(token) }
    },
  },
  {
    name: 'fast-jwt',
    kind: 'peer',
    algorithms: ALL,
    make: (setting, algorithm) => fastJwt(setting, algorithm, false),
  },
  {
    name: 'fast-jwt, cache',
    kind: 'peer',
    caches: true,
    algorithms: ALL,
    make: (setting, algorithm) => fastJwt(setting, algorithm, true),
  },
  {
    name: 'jsonwebtoken + jwks-rsa',
    kind: 'peer',
    algorithms: ['RS256', 'ES256'],
    make: jsonWebToken,
  },
  {
    name: 'crypto.verify, sync',
    kind: 'limit',
    algorithms: ALL,
    make: (setting, algorithm) => raw(setting, algorithm, true),
  },
  {
    name: 'crypto.verify, async',
    kind: 'limit',
    algorithms: ALL,
    make: (setting, algorithm) => raw(setting, algorithm, false),
  },
]
