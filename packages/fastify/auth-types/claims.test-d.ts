// Compiled, never run. A separate program, because AuthTypes applies to a whole program.
import fastify from 'fastify'
import { type AccessTokenClaims, authOf, oktaAuth } from '../src/index.ts'

declare module '../src/index.ts' {
  interface AuthTypes {
    claims: AccessTokenClaims & { readonly groups: readonly string[] }
    optional: true
  }
}

const app = fastify()
app.register(oktaAuth, { credentials: 'optional' })
app.get('/', async (request) => {
  // @ts-expect-error request.auth may be null
  request.auth.claims
  const groups: readonly string[] | undefined = request.auth?.claims.groups
  const same: readonly string[] | undefined = authOf(request)?.claims.groups
  const none: null | object = request.auth
  return { groups, same, none }
})
