import { createHash, randomUUID } from 'node:crypto'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@okta-resource-server/core'
import {
  AUDIENCE,
  ISSUER,
  keySet,
  type SigningKey,
  signingKey,
  signSegments,
  signToken,
} from '@okta-resource-server/testing'
import type { Api } from '../contract/adapter.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const now = (): number => Math.floor(Date.now() / 1_000)

/** Options of an API that accepts the tokens of {@link boundToken}. */
export const OPTIONS = { issuer: ISSUER, audience: AUDIENCE, jwks: keySet(signingKey()) }

const publicJwk = ({ publicKey }: SigningKey): Record<string, unknown> => ({
  ...publicKey.export({ format: 'jwk' }),
})

function thumbprintOf(key: SigningKey): string {
  const members = Object.entries(publicJwk(key)).sort(([one], [other]) => (one < other ? -1 : 1))
  return hash(JSON.stringify(Object.fromEntries(members)))
}

const client = signingKey('ES256', 'client')

/** A new token that is bound to the client's key. */
export const newBoundToken = (): string =>
  signToken({
    claims: { iat: now(), exp: now() + 3_600, jti: randomUUID(), cnf: { jkt: thumbprintOf(client) } },
  })

/** A token that is bound to the client's key. */
export const boundToken: string = newBoundToken()

/** A proof of the client for a URL. */
export function proofFor(
  htu: string,
  claims: Readonly<Record<string, unknown>> = {},
  token = boundToken,
): string {
  return signSegments(
    JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk(client) }),
    JSON.stringify({ jti: randomUUID(), htm: 'GET', htu, iat: now(), ath: hash(token), ...claims }),
    client,
  )
}

/** Header lines with the token and a proof for a URL. */
export const linesFor = (htu: string, claims: Readonly<Record<string, unknown>> = {}): string[] => [
  ...['Authorization', `DPoP ${boundToken}`],
  ...['DPoP', proofFor(htu, claims)],
]

/** The origin by which clients know the API. */
export const EXTERNAL = 'https://api.example.com'

/** What stops the servers and verifiers of a test. */
export const started: (() => Promise<unknown>)[] = []

/** To be called after each test. */
export async function stopStarted(): Promise<void> {
  await Promise.all(started.splice(0).map((stop) => stop()))
}

/** A verifier with this option `dpop`. */
export function verifierWith(dpop?: AccessTokenVerifierOptions['dpop']): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...OPTIONS, ...(dpop && { dpop }) })
  started.push(async () => verifier.close())
  return verifier
}

/** The URL of an API that was started. */
export async function opened(api: Api | Promise<Api>): Promise<string> {
  const { url, stop } = await api
  started.push(stop)
  return url
}
