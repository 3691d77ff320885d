import type { AccessTokenVerifierOptions } from '@okta-resource-server/core'
import type { RequestHandler } from 'express'
import { introspectionOptions } from '../core/introspection.ts'
import { AUDIENCE, ISSUER, type Setting } from '../policy.ts'

/** The process with the JWK Set also has an introspection endpoint. */
const endpointOf = ({ jwksUri }: Setting): string => new URL('/introspect', jwksUri).href

/** Options of this library: each token is verified, and then the authorization server is asked once. */
export async function introspection(setting: Setting): Promise<Partial<AccessTokenVerifierOptions>> {
  return introspectionOptions('always', (_url, init) => fetch(endpointOf(setting), init))
}

/** `express-oauth2-jwt-bearer` and the call that its users write after it. */
export async function handWrittenIntrospection(setting: Setting): Promise<readonly RequestHandler[]> {
  const { auth } = await import('express-oauth2-jwt-bearer')
  const { jwksUri } = setting
  const headers = { authorization: `Basic ${Buffer.from('bench:bench').toString('base64')}` }
  const introspect: RequestHandler = async (request, response, next) => {
    const body = new URLSearchParams({ token: request.auth?.token ?? '', token_type_hint: 'access_token' })
    const answer = await fetch(endpointOf(setting), { method: 'POST', headers, body })
    const { active } = (await answer.json()) as { active: boolean }
    if (active) next()
    else response.sendStatus(401)
  }
  return [auth({ issuer: ISSUER, audience: AUDIENCE, jwksUri, tokenSigningAlg: 'RS256' }), introspect]
}
