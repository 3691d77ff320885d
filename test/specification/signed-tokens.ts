import { type KeyObject, KeyObject as KeyObjects, sign, type webcrypto } from 'node:crypto'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  ResourceServerError,
} from '@okta-resource-server/core'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

export const ISSUER = 'https://example.okta.com/oauth2/default'
export const AUDIENCE = 'api://default'
/** The time of the stopped clock of {@link verifierOf}, in seconds. */
export const NOW = 1_900_000_000

/** A key pair with its public half as it is published. */
export interface Signer {
  readonly algorithm: string
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: JWK & Record<string, unknown>
}

const pairs = new Map<string, Promise<{ privateKey: KeyObject; publicKey: KeyObject }>>()

async function generate(algorithm: string): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const [privateKey, publicKey] = [pair.privateKey, pair.publicKey].map((key) =>
    KeyObjects.from(key as webcrypto.CryptoKey),
  ) as [KeyObject, KeyObject]
  return { privateKey, publicKey }
}

/** A key of the algorithm; the same name gives the same material. */
export async function signer(algorithm = 'ES256', name = 'main'): Promise<Signer> {
  const id = `${algorithm} ${name}`
  const pair = pairs.get(id) ?? generate(algorithm)
  pairs.set(id, pair)
  const { privateKey, publicKey } = await pair
  const kid = `${algorithm}-${name}`
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return { algorithm, kid, privateKey, publicKey, jwk }
}

/** The claims of an access token of a custom Okta authorization server. */
export const CLAIMS: Readonly<Record<string, unknown>> = Object.freeze({
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: ISSUER,
  aud: AUDIENCE,
  iat: NOW - 60,
  exp: NOW + 3_540,
  cid: '0oa1gjh63g214q0Hq0g4',
  scp: ['messages:read', 'profile'],
  sub: 'someone@example.com',
})

export const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url')

function rawSignature(input: string, { privateKey, algorithm }: Signer): Buffer {
  const digest = /^[RPE]S/.test(algorithm) ? `sha${algorithm.slice(2)}` : null
  const key = algorithm.startsWith('PS')
    ? { key: privateKey, padding: 6, saltLength: Number(algorithm.slice(2)) / 8 }
    : algorithm.startsWith('ES')
      ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
      : privateKey
  return sign(digest, Buffer.from(input), key)
}

/** Signs any header and payload, well-formed or not. */
export function compact(header: string | Uint8Array, payload: string | Uint8Array, key: Signer): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${base64url(rawSignature(input, key))}`
}

/** A token of Okta's form with these changes; `undefined` leaves a member out. */
export async function tokenOf(
  differs: {
    readonly claims?: Readonly<Record<string, unknown>>
    readonly header?: Readonly<Record<string, unknown>>
    readonly key?: Signer
  } = {},
): Promise<string> {
  const key = differs.key ?? (await signer())
  return compact(
    JSON.stringify({ kid: key.kid, alg: key.algorithm, ...differs.header }),
    JSON.stringify({ ...CLAIMS, ...differs.claims }),
    key,
  )
}

/** A verifier with configured keys, by default the ES256 key, and a clock that is stopped at {@link NOW}. */
export async function verifierOf(
  options: Partial<AccessTokenVerifierOptions> = {},
  ...keys: readonly object[]
): Promise<AccessTokenVerifier> {
  const jwks = { keys: keys.length > 0 ? keys : [(await signer()).jwk] } as { keys: JWK[] }
  return createAccessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks,
    clock: () => NOW * 1_000,
    ...options,
  })
}

/** How a decision ended: `accepted`, or the code of the error. Anything else that is thrown fails the test. */
export async function outcome(decision: Promise<unknown>): Promise<string> {
  try {
    await decision
    return 'accepted'
  } catch (error) {
    if (error instanceof ResourceServerError) return error.code
    throw error
  }
}

/** The outcome for a token, with configured keys. */
export async function judge(
  token: string,
  options?: Partial<AccessTokenVerifierOptions>,
  ...keys: readonly object[]
): Promise<string> {
  return outcome((await verifierOf(options, ...keys)).verify(token))
}
