// Compiled, never run: the types that users meet.
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import fastify from 'fastify'
import oktaAuthDefault, { type AccessTokenClaims, oktaAuth, type RouteAuth } from '../src/index.ts'

const issuer = 'https://as.example/oauth2/default'
const audience = 'api://default'
const app = fastify()
const handler = async () => ({})

app.register(oktaAuth)
app.register(oktaAuthDefault)
app.register(oktaAuth, { global: false })
app.register(oktaAuth, { issuer, audience, clockTolerance: 10, credentials: 'optional' })
app.register(oktaAuth, { issuer, audience, prefix: '/v1' })
app.register(oktaAuth, { verifier: createAccessTokenVerifier({ issuer, audience }) })

app.get(
  '/messages',
  { config: { auth: { scopes: ['messages:read'] } } },
  async (request) => request.auth.claims,
)
app.get('/health', { config: { auth: false } }, handler)
app.get('/maybe', { config: { auth: { credentials: 'optional' } } }, handler)
app.get('/x', { onRequest: app.requireAuth({ scopes: ['messages:read'] }) }, handler)
app.get('/y', { preHandler: [app.requireAuth()] }, handler)
app.get<{ Params: { id: string } }>(
  '/messages/:id',
  { onRequest: app.requireAuth({ claims: { tenant: ['a', 'b'] } }) },
  async (request) => {
    const claims: Readonly<AccessTokenClaims> = request.auth.claims
    const id: string = request.params.id
    return { claims, id }
  },
)
app.addHook('onRequest', app.requireAuth())
const ready: boolean = app.accessTokenVerifier.status().ready

const http2 = fastify({ http2: true })
http2.register(oktaAuth)
http2.get('/', { onRequest: http2.requireAuth() }, async (request) => ({
  scopes: request.auth.scopes,
  ready,
}))

// @ts-expect-error an unknown option
app.register(oktaAuth, { isuer: issuer, audience })
// @ts-expect-error the issuer is missing
app.register(oktaAuth, { audience })
// Fastify infers the type of a route's `config` from its value, so the check needs a declared type.
// @ts-expect-error an unknown requirement
export const unknown: RouteAuth = { scope: ['messages:read'] }
// @ts-expect-error an unknown string
export const word: RouteAuth = 'required'
// @ts-expect-error a hook cannot open a route
app.requireAuth(false)
