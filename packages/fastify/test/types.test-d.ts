// Compiled, never run: the types that users meet.
import fastify from 'fastify'
import oktaAuthDefault, {
  type AccessTokenClaims,
  type AccessTokenVerifier,
  allOf,
  authOf,
  bearerToken,
  createAccessTokenVerifier,
  type DiagnosticsMessages,
  type ErrorCode,
  type OktaAuthOptions,
  oktaAuth,
  type ProfileName,
  type RouteAuth,
  type VerifiedAuth,
} from '../src/index.ts'

const issuer = 'https://as.example/oauth2/default'
const audience = 'api://default'
const app = fastify()
const handler = async () => ({})
const verifier: AccessTokenVerifier = createAccessTokenVerifier({ issuer, audience })

app.register(oktaAuth)
app.register(oktaAuthDefault)
app.register(oktaAuth, { global: false })
app.register(oktaAuth, { issuer, audience, clockTolerance: 10, credentials: 'optional' })
app.register(oktaAuth, { issuer, audience, prefix: '/v1' })
app.register(oktaAuth, { verifier, global: false })
// An absent option is read from the environment.
app.register(oktaAuth, { clockTolerance: 10 })
app.register(oktaAuth, { audience })
// A variable may be unset; the call then throws a ConfigurationError.
app.register(oktaAuth, { issuer: process.env.ISSUER, audience: process.env.AUDIENCE })

app.get(
  '/messages',
  { config: { auth: { scopes: ['messages:read'] } } },
  async (request) => request.auth.claims,
)
app.get('/health', { config: { auth: false } }, handler)
app.get('/maybe', { config: { auth: { credentials: 'optional' } } }, handler)
const alternatives: RouteAuth = {
  anyOf: [{ scopes: ['admin'] }, { caller: 'service', claims: { realm_access: { roles: allOf('a', 'b') } } }],
}
app.get('/reports', { config: { auth: alternatives } }, handler)
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
app.get('/auth', async (request) => {
  const auth: VerifiedAuth | undefined = authOf(request)
  // @ts-expect-error the request may be anonymous
  authOf(request).claims
  return { auth, token: bearerToken(request) }
})
app.addHook('onRequest', app.requireAuth())
const ready: boolean = app.accessTokenVerifier.status().ready

const http2 = fastify({ http2: true })
http2.register(oktaAuth)
http2.get('/', { onRequest: http2.requireAuth() }, async (request) => ({
  scopes: request.auth.scopes,
  ready,
}))

// Types of options and results have a name.
export const options: OktaAuthOptions = { issuer, audience, global: false, credentials: 'optional' }
export const profile: ProfileName = 'rfc9068'
export const code = (message: DiagnosticsMessages['okta-resource-server:token.refused']): ErrorCode =>
  message.code

// @ts-expect-error an unknown option
app.register(oktaAuth, { isuer: issuer, audience })
// @ts-expect-error a verifier has its issuer already
app.register(oktaAuth, { verifier, issuer })
// @ts-expect-error only createAccessTokenVerifier returns a verifier
app.register(oktaAuth, { verifier: { verify: verifier.verify } })
// Fastify infers the type of a route's `config` from its value, so the check needs a declared type.
// @ts-expect-error an unknown requirement
export const unknown: RouteAuth = { scope: ['messages:read'] }
// @ts-expect-error an alternative is not optional
export const alternative: RouteAuth = { anyOf: [{ credentials: 'optional' }] }
// @ts-expect-error an unknown string
export const word: RouteAuth = 'required'
// @ts-expect-error a hook cannot open a route
app.requireAuth(false)
