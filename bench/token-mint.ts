import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { type Algorithm, AUDIENCE, ISSUER } from './policy.ts'

const DIGESTS = { RS256: 'sha256', ES256: 'sha256', EdDSA: null } as const

export interface SigningKey {
  readonly algorithm: Algorithm
  readonly kid: string
  /** The `typ` of its tokens. */
  readonly typ?: string
  readonly privateKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
}

export function signingKey(algorithm: Algorithm): SigningKey {
  const pair =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  const kid = randomBytes(32).toString('base64url')
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }
  return { algorithm, kid, privateKey: pair.privateKey, jwk }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Claims like those of Okta's custom authorization servers. They always have the same length. */
export function oktaClaims(now: number, lifetime: number): Record<string, unknown> {
  return {
    ver: 1,
    jti: `AT.${randomBytes(32).toString('base64url')}`,
    iss: ISSUER,
    aud: AUDIENCE,
    iat: now,
    exp: now + lifetime,
    cid: '0oa1b2c3d4e5f6g7h8i9',
    uid: '00u1a2b3c4d5e6f7g8h9',
    scp: ['openid', 'profile', 'messages:read'],
    auth_time: now,
    sub: 'someone@example.com',
  }
}

export function unsignedToken(key: Pick<SigningKey, 'kid' | 'algorithm' | 'typ'>, claims: object): string {
  return `${part({ kid: key.kid, alg: key.algorithm, typ: key.typ })}.${part(claims)}`
}

/** Signs in the thread pool. */
export function mint(key: SigningKey, claims: object): Promise<string> {
  const input = unsignedToken(key, claims)
  return new Promise((resolve, reject) => {
    sign(
      DIGESTS[key.algorithm],
      Buffer.from(input),
      { key: key.privateKey, dsaEncoding: 'ieee-p1363' },
      (error, signature) => {
        if (error) reject(error)
        else resolve(`${input}.${signature.toString('base64url')}`)
      },
    )
  })
}
