import type { Server } from 'node:http'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { firstVersionModule } from '../library.ts'
import { AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'
import { BARE, type HttpCandidate, INTROSPECTED_PEER } from './candidates.ts'
import { handWrittenIntrospection } from './introspection.ts'

/** The least that users write around a verifier of bare tokens. */
function around(verify: (token: string) => unknown): RequestHandler {
  return (request, response, next) => {
    const { authorization } = request.headers
    if (authorization?.startsWith('Bearer ') !== true) {
      response.sendStatus(401)
      return
    }
    let outcome: unknown
    try {
      outcome = verify(authorization.slice(7))
    } catch {
      response.sendStatus(401)
      return
    }
    const accept = (claims: unknown): void => {
      Object.assign(request, { user: claims })
      next()
    }
    if (outcome instanceof Promise) outcome.then(accept, () => response.sendStatus(401))
    else accept(outcome)
  }
}

async function middleware(
  { name, kind, core, options }: HttpCandidate,
  setting: Setting,
): Promise<RequestHandler | readonly RequestHandler[]> {
  if (core !== undefined)
    return around((await core.make(setting, 'RS256')).verify as (token: string) => unknown)
  if (name === 'express-oauth2-jwt-bearer') {
    const { auth } = await import('express-oauth2-jwt-bearer')
    return auth({ issuer: ISSUER, audience: AUDIENCE, jwksUri: setting.jwksUri, tokenSigningAlg: 'RS256' })
  }
  if (name === INTROSPECTED_PEER) return handWrittenIntrospection(setting)
  const { oktaAuth } =
    kind === 'earlier'
      ? await firstVersionModule<typeof import('@okta-resource-server/express')>(setting, 'express')
      : await import('@okta-resource-server/express')
  return oktaAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: readKeys(setting.folder).jwks as never,
    ...(await options?.(setting)),
  })
}

export async function expressServer(candidate: HttpCandidate, setting: Setting): Promise<Server> {
  const app = express()
  if (candidate.name !== BARE) app.use([await middleware(candidate, setting)].flat())
  app.get('/messages', (_request, response) => {
    response.json({ messages: ['hello'] })
  })
  // The default handler of Express would print each rejection of the check before the measurement.
  const quiet: ErrorRequestHandler = (error, _request, response, _next) => {
    response.sendStatus((error as { status?: number }).status ?? 500)
  }
  app.use(quiet)
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server))
  })
}
