import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export const issuer = 'https://as.example/oauth2/default'
export const audience = 'api://default'

const { privateKey, publicKey } = await generateKeyPair('RS256')
export const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }] }

/** A verifier that needs no network. */
export function verifier(): AccessTokenVerifier {
  return createAccessTokenVerifier({ issuer, audience, jwks })
}

/** A verifier whose authorization server cannot be reached. */
export function strandedVerifier(): AccessTokenVerifier {
  const fetch = (() => Promise.reject(new Error('unreachable'))) as typeof globalThis.fetch
  return createAccessTokenVerifier({ issuer, audience, fetch })
}

let serial = 0

/** A token as Okta signs them; `claims` add or replace. */
export async function token(claims: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    ver: 1,
    jti: `AT.${++serial}`,
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 300,
    cid: 'client-1',
    uid: 'user-1',
    sub: 'ada@example.com',
    scp: ['openid', 'messages:read'],
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(privateKey)
}

export const bearer = (value: string): { authorization: string } => ({ authorization: `Bearer ${value}` })
