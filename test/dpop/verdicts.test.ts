import { createHash, randomUUID } from 'node:crypto'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import {
  AUDIENCE,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  type SigningKey,
  signingKey,
  signSegments,
  signToken,
} from '@okta-resource-server/testing'
import { calculateJwkThumbprint, type JWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'

const URL_OF_API = 'https://api.example.com/messages'
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const publicJwk = ({ publicKey }: SigningKey): JWK => publicKey.export({ format: 'jwk' }) as JWK

/** A way in which a request differs from a valid one. */
interface Difference {
  readonly name: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly token?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
  readonly url?: string
  readonly method?: string
  readonly proofs?: (proof: string) => string | undefined
  readonly scheme?: string
}

const jwk = publicJwk(signingKey('ES256', 'client'))
const at = (iat: number): Difference => ({ name: `iat ${iat - NOW}`, claims: { iat } })
const htu = (value: unknown): Difference => ({ name: `htu ${value}`, claims: { htu: value } })

const DIFFERENCES: readonly Difference[] = [
  { name: 'nothing' },
  ...['ES384', 'RS256', 'PS256', 'EdDSA'].map((name) => ({ name, key: signingKey(name, 'client') })),
  ...['RS512', 'PS384'].map((name) => ({ name, key: signingKey(name, 'client') })),
  ...['JWT', 'at+jwt', 'application/dpop+jwt', 'DPOP+JWT', '', undefined, 1].map((typ) => ({
    name: `typ ${typ}`,
    header: { typ },
  })),
  ...['none', 'HS256', 'ES512', 'RS256', 'es256', undefined].map((alg) => ({
    name: `alg ${alg}`,
    header: { alg },
  })),
  { name: 'private key', header: { jwk: { ...jwk, d: 'AAAA' } } },
  { name: 'kty oct', header: { jwk: { kty: 'oct', k: 'AAAA' } } },
  { name: 'no jwk', header: { jwk: undefined } },
  { name: 'list as jwk', header: { jwk: [jwk] } },
  { name: 'other jwk', header: { jwk: publicJwk(signingKey('ES256', 'thief')) } },
  { name: 'other curve', header: { jwk: { ...jwk, crv: 'P-384' } } },
  { name: 'crit', header: { crit: ['a'], a: 1 } },
  { name: 'kid', header: { kid: 'a' } },
  ...[0, -30, -64, -66, -200, -400, 5, 14, 16, 200, 400].map((offset) => at(NOW + offset)),
  { name: 'iat text', claims: { iat: `${NOW}` } },
  { name: 'exp past', claims: { exp: NOW - 400 } },
  { name: 'nbf ahead', claims: { nbf: NOW + 400 } },
  { name: 'exp text', claims: { exp: 'a' } },
  ...['jti', 'htm', 'htu', 'iat', 'ath'].map((name) => ({
    name: `no ${name}`,
    claims: { [name]: undefined },
  })),
  ...[1, null, ['a']].map((jti) => ({ name: `jti ${jti}`, claims: { jti } })),
  ...['POST', 'get', ''].map((htm) => ({ name: `htm ${htm}`, claims: { htm } })),
  { name: 'POST', method: 'POST', claims: { htm: 'POST' } },
  { name: 'ath', claims: { ath: hash('other') } },
  { name: 'ath padded', claims: { ath: `${hash('other')}=` } },
  htu('https://api.example.com/messages?a=1#b'),
  htu('https://API.example.com:443/a/../messages'),
  htu('https://api.example.com/%6dessages'),
  htu('https://api.example.com/messages/'),
  htu('https://api.example.com//messages'),
  htu('https://api.example.com'),
  htu('http://api.example.com/messages'),
  htu('https://api.example.com:8443/messages'),
  htu('https://user@api.example.com/messages'),
  htu('https:api.example.com/messages'),
  htu(' https://api.example.com/messages'),
  htu('https://api.example.com\\messages'),
  htu('/messages'),
  htu(['https://api.example.com/messages']),
  {
    name: 'escape',
    url: 'https://api.example.com/a%2fb~',
    claims: { htu: 'https://api.example.com/a%2Fb%7E' },
  },
  { name: 'nonce', claims: { nonce: 'a' } },
  { name: 'nonce number', claims: { nonce: 1 } },
  { name: 'unbound', token: { cnf: undefined } },
  { name: 'empty cnf', token: { cnf: {} } },
  { name: 'other jkt', token: { cnf: { jkt: 'a'.repeat(43) } } },
  { name: 'x5t too', token: { cnf: { jkt: 'a'.repeat(43), 'x5t#S256': 'a'.repeat(43) } } },
  { name: 'no proof', proofs: () => undefined },
  { name: 'two proofs', proofs: (proof) => `${proof}, ${proof}` },
  { name: 'two segments', proofs: (proof) => proof.split('.').slice(0, 2).join('.') },
  { name: 'four segments', proofs: (proof) => `${proof}.a` },
  { name: 'other signature', proofs: (proof) => proof.replace(/.{8}$/, 'AAAAAAAA') },
  { name: 'text', proofs: () => 'proof' },
  { name: 'padding', proofs: (proof) => `${proof}=` },
  { name: 'large', claims: { a: 'a'.repeat(7_000) } },
  { name: 'bearer', scheme: 'Bearer' },
  { name: 'dpop', scheme: 'dpop' },
]

/** What this library checks and the other does not, or otherwise, by the names of the differences. */
const OTHERWISE: readonly (readonly [why: string, names: RegExp, ours: string])[] = [
  ['proofs are accepted for 60 seconds, not 300', /^iat -(66|200)$/, 'proof_too_old'],
  ['proofs from the future are accepted for 10 seconds, not 300', /^iat (16|200)$/, 'proof_issued_in_future'],
  ['only some algorithms are accepted by default', /^(RS512|PS384)$/, 'proof_algorithm_not_allowed'],
  ['percent-encoding is normalised', /^(escape|htu https:\/\/api\.example\.com\/%6dessages)$/, 'accepted'],
  [
    'htu must be a URI, not what a browser makes one of',
    /^htu (https:api| https|.*\\)/,
    'proof_url_mismatch',
  ],
  ['a nonce is a text', /^nonce number$/, 'proof_claim_malformed'],
  ['a proof has at most 8,192 characters', /^large$/, 'proof_too_large'],
]

const client = signingKey('ES256', 'client')
const jwks = keySet(signingKey())
const server: oauth.AuthorizationServer = { issuer: ISSUER, jwks_uri: `${ISSUER}/v1/keys` }
const skew = NOW - Math.floor(Date.now() / 1_000)

async function requestFor(differences: readonly Difference[]): Promise<Request> {
  const all = (name: 'header' | 'claims' | 'token') =>
    Object.assign({}, ...differences.map((each) => each[name]))
  const last = <Name extends keyof Difference>(name: Name): Difference[Name] | undefined =>
    differences.findLast((each) => each[name] !== undefined)?.[name]
  const key = last('key') ?? client
  const url = last('url') ?? URL_OF_API
  const method = last('method') ?? 'GET'
  const jkt = await calculateJwkThumbprint(publicJwk(key))
  const token = signToken({
    header: { typ: 'at+jwt' },
    claims: { client_id: 'client', cid: undefined, cnf: { jkt }, ...all('token') },
  })
  const proof = signSegments(
    JSON.stringify({ typ: 'dpop+jwt', alg: key.algorithm, jwk: publicJwk(key), ...all('header') }),
    JSON.stringify({
      jti: randomUUID(),
      htm: method,
      htu: url,
      iat: NOW,
      ath: hash(token),
      ...all('claims'),
    }),
    key,
  )
  const change = last('proofs') ?? ((same: string) => same)
  const sent = change(proof)
  const headers = {
    authorization: `${last('scheme') ?? 'DPoP'} ${token}`,
    ...(sent !== undefined && { dpop: sent }),
  }
  return new Request(url, { method, headers })
}

async function isAcceptedByTheOther(request: Request): Promise<boolean> {
  try {
    await oauth.validateJwtAccessToken(server, request, AUDIENCE, {
      [oauth.clockSkew]: skew,
      [oauth.clockTolerance]: 5,
      [oauth.customFetch]: async () => Response.json(jwks),
    })
    return true
  } catch {
    return false
  }
}

const verifier = createAccessTokenVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwks,
  clock: () => NOW * 1_000,
})
const ours = (request: Request): Promise<string> => outcomeOf(verifier.authenticate(request))

/** Why the verdicts about these differences may differ, and what ours is then. */
const otherwise = (differences: readonly Difference[]) =>
  OTHERWISE.filter(([, names]) => differences.some(({ name }) => names.test(name)))

describe('a request gets the verdict of oauth4webapi.validateJwtAccessToken', () => {
  test.each(DIFFERENCES.map((each) => [each.name, each] as const))(
    'with one difference: %s',
    async (_name, each) => {
      const request = await requestFor([each])
      const [verdict, other] = [await ours(request), await isAcceptedByTheOther(request)]
      const [reason] = otherwise([each])

      if (reason === undefined) expect(verdict === 'accepted', verdict).toBe(other)
      else expect([verdict, other]).toEqual([reason[2], reason[2] !== 'accepted'])
    },
  )

  test('with any two differences', async () => {
    let compared = 0
    for (const [index, one] of DIFFERENCES.entries()) {
      // A part of all pairs, chosen by their numbers, so that every run compares the same.
      for (const other of DIFFERENCES.slice(index + 1).filter((_, at) => (index * 7 + at) % 5 === 0)) {
        if (otherwise([one, other]).length > 0) continue
        const request = await requestFor([one, other])
        const [verdict, theirs] = [await ours(request), await isAcceptedByTheOther(request)]

        expect(verdict === 'accepted', `${one.name} and ${other.name}: ${verdict}`).toBe(theirs)
        compared++
      }
    }
    expect(compared).toBeGreaterThan(300)
  }, 60_000)

  test('except where a proof is used again, which the other does not notice', async () => {
    const request = await requestFor([])
    const again = (): Request => new Request(request.url, { headers: request.headers })

    expect([await ours(again()), await ours(again())]).toEqual(['accepted', 'proof_replayed'])
    expect([await isAcceptedByTheOther(again()), await isAcceptedByTheOther(again())]).toEqual([true, true])
  })
})
