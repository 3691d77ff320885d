import { createHash, generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { mint, oktaClaims, type SigningKey } from '../token-mint.ts'

export const URL_OF_API = 'https://api.example.com/messages'
export const PROOF_ALGORITHMS = ['ES256', 'RS256'] as const
export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number]

/** A client: its key, and a token that is bound to it. */
export interface Client {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
  readonly token: string
}

/** What a server gets. */
export interface DpopRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly authorization: string; readonly dpop: string; readonly host: string }
  readonly rawHeaders: readonly string[]
  readonly socket: { readonly encrypted: true }
  readonly client: Client
}

const generate = promisify(generateKeyPair)
const signProof = promisify(sign) as (...parameters: readonly unknown[]) => Promise<Buffer>
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token that RFC 9068 and the profile of every peer accept. */
async function boundToken(key: SigningKey, jkt: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const { cid, ...claims } = oktaClaims(now, 3_600)
  return mint({ ...key, typ: 'at+jwt' }, { ...claims, client_id: cid, cnf: { jkt } })
}

export async function newClient(algorithm: ProofAlgorithm, key: SigningKey): Promise<Client> {
  const { privateKey, publicKey } =
    algorithm === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 2_048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }) } as Record<string, unknown>
  const members = Object.entries(jwk).sort(([one], [other]) => (one < other ? -1 : 1))
  const token = await boundToken(key, hash(JSON.stringify(Object.fromEntries(members))))
  return { privateKey, publicKey, jwk, token }
}

/** A request with a fresh proof. */
export async function requestOf(client: Client, algorithm: ProofAlgorithm): Promise<DpopRequest> {
  const { privateKey, jwk, token } = client
  const claims = {
    jti: randomUUID(),
    htm: 'GET',
    htu: URL_OF_API,
    iat: Math.floor(Date.now() / 1_000),
    ath: hash(token),
  }
  const input = `${part({ typ: 'dpop+jwt', alg: algorithm, jwk })}.${part(claims)}`
  const signature = await signProof('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return requestWith(client, `DPoP ${token}`, `${input}.${signature.toString('base64url')}`)
}

/** The same request, in new strings. */
export function copyOf({ client, headers: { authorization, dpop } }: DpopRequest): DpopRequest {
  return requestWith(client, authorization, dpop)
}

/** Makes flat strings, as an HTTP parser does. */
function requestWith(
  client: Client,
  ...headers: readonly [authorization: string, dpop: string]
): DpopRequest {
  const [authorization, dpop] = headers.map((text) => Buffer.from(text).toString('latin1')) as [
    string,
    string,
  ]
  return {
    method: 'GET',
    url: '/messages',
    headers: { authorization, dpop, host: 'api.example.com' },
    rawHeaders: ['Host', 'api.example.com', 'Authorization', authorization, 'DPoP', dpop],
    socket: { encrypted: true },
    client,
  }
}
