// An API as a Cloudflare Worker. The tests bundle it and run it in workerd.

import { env } from 'cloudflare:workers'
import { subscribe } from 'node:diagnostics_channel'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  errorResponse,
  ResourceServerError,
} from '@okta-resource-server/core'

const options = { issuer: env.ISSUER, audience: env.AUDIENCE }
const verifier = createAccessTokenVerifier(options)
/** Cannot fetch anything. */
const withInitialKeys = createAccessTokenVerifier({
  ...options,
  initialJwks: JSON.parse(env.INITIAL_JWKS),
  fetch: () => Promise.reject(new Error('down')),
})
/** Milliseconds by which its clock is ahead. */
let ahead = 0
const clocked = createAccessTokenVerifier({ ...options, clockTolerance: 0, clock: () => Date.now() + ahead })
/** Whether the last token that was accepted came from the cache. */
let cached = false
subscribe('okta-resource-server:token.accepted', (message) => {
  ;({ cached } = message as { cached: boolean })
})
/** Its keys are due after a second. */
const shortLived = createAccessTokenVerifier({ ...options, cacheMaxAge: 1_000 })

async function answer(request: Request, by: AccessTokenVerifier): Promise<Response> {
  try {
    const auth = await by.authenticate(request, { scopes: ['messages:read'] })
    return Response.json({ ...auth, cached })
  } catch (error) {
    const { status, headers } = errorResponse(error)
    const code = error instanceof ResourceServerError ? error.code : String(error)
    return Response.json({ code }, { status, headers })
  }
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/ahead/')) {
      ahead = Number(pathname.slice('/ahead/'.length))
      return answer(request, clocked)
    }
    if (pathname === '/initial-keys') return answer(request, withInitialKeys)
    if (pathname === '/short-lived') return answer(request, shortLived)
    const response = answer(request, verifier)
    return pathname === '/without-waiting' ? new Response('sent before the token is verified') : response
  },
}
