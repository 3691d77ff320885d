// Compiled, never run, and a program of its own, since it says for the whole program what the claims are.
import fastify from 'fastify'
import { type AccessTokenClaims, oktaAuth } from '../src/index.ts'

declare module '../src/index.ts' {
  interface AuthTypes {
    claims: AccessTokenClaims & { readonly groups: readonly string[] }
    optional: true
  }
}

const app = fastify()
app.register(oktaAuth, { credentials: 'optional' })
app.get('/', async (request) => {
  // @ts-expect-error there may be no caller
  request.auth.claims
  const groups: readonly string[] | undefined = request.auth?.claims.groups
  const none: null | object = request.auth
  return { groups, none }
})
