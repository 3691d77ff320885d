import { type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'

export interface TokenOptions {
  readonly issuer: string
  readonly audience: string
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds until the token expires. */
  readonly lifetime: number
  readonly kid: string
  /** If absent, the signature consists of random bytes. */
  readonly privateKey?: KeyObject | undefined
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/**
 * Creates an access token like those of Okta's custom authorization servers, with a new `jti`.
 *
 * Uses `node:crypto` because jose refuses to sign with a weak key.
 */
export function accessToken({ issuer, audience, now, lifetime, kid, privateKey }: TokenOptions): string {
  const header = { kid, alg: 'RS256' }
  const claims = {
    ver: 1,
    jti: `AT.${randomUUID()}`,
    iss: issuer,
    aud: audience,
    sub: 'alice@example.com',
    iat: now,
    exp: now + lifetime,
    cid: '0oatest',
    uid: '00utest',
    scp: ['messages:read'],
  }
  const input = `${encode(header)}.${encode(claims)}`
  const signature =
    privateKey === undefined ? randomBytes(256) : sign('sha256', Buffer.from(input), privateKey)
  return `${input}.${signature.toString('base64url')}`
}
