import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import type { GetPublicKeyOrSecret, VerifyOptions } from 'jsonwebtoken'
import { type Algorithm, AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'
import type { Instance } from './candidates.ts'

// Each peer is configured as its documentation says; where there are several ways, in the fastest one. Each is imported
// when it is needed, so that a process contains the code of one candidate only.

type Make = (setting: Setting, algorithm: Algorithm) => Promise<Instance>

export const jwksOf = (setting: Setting): JSONWebKeySet =>
  readKeys(setting.folder).jwks as unknown as JSONWebKeySet

function publicKey(setting: Setting, algorithm: Algorithm): KeyObject {
  const jwk = readKeys(setting.folder).jwks.keys.find(({ alg }) => alg === algorithm)
  return createPublicKey({ key: jwk as never, format: 'jwk' })
}

export const jose: Make = async (setting) => {
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  const keys = createLocalJWKSet(jwksOf(setting))
  const options = { issuer: ISSUER, audience: AUDIENCE }
  return { verify: (token: string) => jwtVerify(token, keys, options) }
}

export const oktaJwtVerifier: Make = async ({ jwksUri }) => {
  const { default: OktaJwtVerifier } = await import('@okta/jwt-verifier')
  const verifier = new OktaJwtVerifier({ issuer: ISSUER, jwksUri })
  return { verify: (token: string) => verifier.verifyAccessToken(token, AUDIENCE) }
}

export const awsJwtVerify: Make = async (setting) => {
  const { JwtVerifier } = await import('aws-jwt-verify')
  const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: setting.jwksUri })
  verifier.cacheJwks(jwksOf(setting) as never)
  return { verify: (token: string) => verifier.verifySync(token) }
}

export const fastJwt =
  (cache: boolean): Make =>
  async (setting, algorithm) => {
    const { createVerifier } = await import('fast-jwt')
    const verify = createVerifier({
      key: publicKey(setting, algorithm).export({ type: 'spki', format: 'pem' }) as string,
      algorithms: [algorithm],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      cache,
    })
    return { verify }
  }

export const jsonWebToken: Make = async ({ jwksUri }, algorithm) => {
  const { default: jsonwebtoken } = await import('jsonwebtoken')
  const { default: jwksRsa } = await import('jwks-rsa')
  const client = jwksRsa({ jwksUri, cache: true, rateLimit: true })
  const keyOf: GetPublicKeyOrSecret = ({ kid }, done) => {
    client.getSigningKey(kid, (error, key) => done(error, key?.getPublicKey()))
  }
  const options: VerifyOptions = {
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

/** Only the signature, of a token that has already been split and decoded. */
export const nodeCrypto =
  (synchronous: boolean): Make =>
  async (setting, algorithm) => {
    const key = { key: publicKey(setting, algorithm), dsaEncoding: 'ieee-p1363' } as const
    const digest = algorithm === 'EdDSA' ? null : 'sha256'
    const reject = (): never => {
      throw new Error('signature')
    }
    return {
      prepare: split,
      verify: synchronous
        ? ({ data, signature }: Split) => verify(digest, data, key, signature) || reject()
        : ({ data, signature }: Split) =>
            new Promise((resolve, reject) => {
              verify(digest, data, key, signature, (error, good) => {
                if (error === null && good) resolve(true)
                else reject(new Error('signature'))
              })
            }),
    }
  }
