import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { libraryOf, requestWith, type TokenRequest } from '../library.ts'
import { AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import type { Candidate } from './candidates.ts'
import { jwksOf } from './peers.ts'

/** An introspection endpoint within the process: tokens that the key has signed are active. */
function endpointOf(setting: Setting): typeof globalThis.fetch {
  const [jwk] = jwksOf(setting).keys.filter(({ kty }) => kty === 'RSA')
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return async (_url, init) => {
    const token = new URLSearchParams(String(init?.body)).get('token') ?? ''
    const [header = '', payload = '', signature = ''] = token.split('.')
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    )
    if (!isGenuine) return Response.json({ active: false })
    const { scp, cid, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return Response.json({ active: true, ...claims, scope: scp?.join(' '), client_id: cid })
  }
}

/** `decide` about tokens that the authorization server is asked about. */
export const introspects: Candidate['make'] = async (setting) => {
  const { createVerifier, decide } = await libraryOf('this library', setting)
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    fetch: endpointOf(setting),
    introspection: {
      clientId: 'bench',
      clientSecret: 'bench',
      endpoint: `${ISSUER}/v1/introspect`,
      when: 'only',
      cacheMaxAge: 3_600_000,
      maxCallsPerMinute: 100_000,
    },
  })
  return { prepare: requestWith, verify: (request: TokenRequest) => decide(verifier, request) }
}
