// An API as a Cloudflare Worker. The tests bundle it and run it in workerd.
import { env } from 'cloudflare:workers'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  errorResponse,
  ResourceServerError,
} from '@okta-resource-server/core'

const options = { issuer: env.ISSUER, audience: env.AUDIENCE }
const verifier = createAccessTokenVerifier(options)
/** Its keys are due after a second. */
const shortLived = createAccessTokenVerifier({ ...options, cacheMaxAge: 1_000 })

async function answer(request: Request, by: AccessTokenVerifier): Promise<Response> {
  try {
    return Response.json(await by.authenticate(request, { scopes: ['messages:read'] }))
  } catch (error) {
    const { status, headers } = errorResponse(error)
    const code = error instanceof ResourceServerError ? error.code : String(error)
    return Response.json({ code }, { status, headers })
  }
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/short-lived') return answer(request, shortLived)
    const response = answer(request, verifier)
    return pathname === '/without-waiting' ? new Response('sent before the token is verified') : response
  },
}
