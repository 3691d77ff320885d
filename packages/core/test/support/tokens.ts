import type { JWK } from 'jose'
import { ResourceServerError } from '../../src/errors.ts'
import type { AccessTokenVerifierOptions } from '../../src/options.ts'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '../../src/verifier.ts'
import { keySet, type SigningKey, signatureOf, signingKey } from './keys.ts'

export const ISSUER = 'https://example.okta.com/oauth2/default'
export const AUDIENCE = 'api://default'
export const CLIENT = '0oa1gjh63g214q0Hq0g4'
/** The time at which all tests stand, in seconds. */
export const NOW = 1_900_000_000

/** What an access token of a custom Okta authorization server says. */
export function oktaClaims(): Record<string, unknown> {
  return {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: ISSUER,
    aud: AUDIENCE,
    iat: NOW - 60,
    exp: NOW + 3_540,
    cid: CLIENT,
    uid: '00uid4BxXw6I6TV4m0g3',
    scp: ['messages:read', 'profile'],
    sub: 'someone@example.com',
  }
}

export const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url')

/** Signs any header and payload, well-formed or not. */
export function signSegments(
  header: string | Uint8Array,
  payload: string | Uint8Array,
  key: Pick<SigningKey, 'privateKey' | 'algorithm'>,
): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${base64url(signatureOf(input, key))}`
}

export interface Wanted {
  /** Members that differ from Okta's; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
}

/** An Okta-shaped token, with what differs. */
export async function makeToken({ claims, header, key }: Wanted = {}): Promise<string> {
  const signer = key ?? (await signingKey('ES256'))
  return signSegments(
    JSON.stringify({ kid: signer.kid, alg: signer.algorithm, ...header }),
    JSON.stringify({ ...oktaClaims(), ...claims }),
    signer,
  )
}

/** A verifier with static keys, standing still at {@link NOW}. */
export async function makeVerifier(
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<AccessTokenVerifier> {
  const own = options.jwksUri !== undefined || Array.isArray(options.issuer)
  const keys = own ? {} : { jwks: keySet(await signingKey('ES256')) }
  return createAccessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock: () => NOW * 1_000,
    fetch: () => Promise.reject(new Error('no test here reaches the network')),
    ...keys,
    ...options,
  })
}

/** How a call ended: `accepted`, or the code of the refusal. Anything but a `ResourceServerError` fails the test. */
export async function outcome(call: () => unknown): Promise<string> {
  try {
    await call()
    return 'accepted'
  } catch (error) {
    if (error instanceof ResourceServerError) return error.code
    throw error
  }
}

/** How a token fares with these keys published. */
export async function judged(token: string, ...keys: readonly (SigningKey | JWK)[]): Promise<string> {
  const verifier = await makeVerifier({ jwks: keySet(...keys) })
  return outcome(() => verifier.verify(token))
}

/** The refusal itself. */
export async function refusalOf(call: () => unknown): Promise<ResourceServerError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof ResourceServerError) return error
    throw error
  }
  throw new Error('the call was accepted')
}
