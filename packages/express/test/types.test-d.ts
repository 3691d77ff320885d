// Compiled, never run: the types that users meet.
import express from 'express'
import {
  type AccessTokenClaims,
  type AccessTokenVerifier,
  type AuthMiddleware,
  allOf,
  authOf,
  bearerToken,
  type CredentialsOption,
  createAccessTokenVerifier,
  type DiagnosticsMessages,
  defineRequirements,
  type ErrorCode,
  type OktaAuthOptions,
  oktaAuth,
  type ProfileName,
  type Requirements,
  requireAnyScope,
  requireAuth,
  requireClaims,
  requireScopes,
  type VerifiedAccessToken,
  type VerifiedAuth,
  type VerifierStatus,
} from '../src/index.ts'

const issuer = 'https://as.example/oauth2/default'
const audience = 'api://default'
const app = express()
const verifier: AccessTokenVerifier = createAccessTokenVerifier({ issuer, audience })

app.use(oktaAuth())
app.use(oktaAuth({}))
app.use(oktaAuth({ credentials: 'optional' }))
app.use(oktaAuth({ issuer, audience }))
app.use(oktaAuth({ issuer: [{ issuer, audience }], clockTolerance: 10, credentials: 'required' }))
app.use('/api', oktaAuth({ verifier, credentials: 'optional' }))
// An absent option is read from the environment.
app.use(oktaAuth({ clockTolerance: 10 }))
app.use(oktaAuth({ issuer }))
app.use(oktaAuth({ audience, realm: 'messages' }))
// A variable may be unset; the call then throws a ConfigurationError.
app.use(oktaAuth({ issuer: process.env.ISSUER, audience: process.env.AUDIENCE }))

app.get('/messages', requireScopes('messages:read'), (req, res) => res.json(req.auth.claims))
app.get('/messages/:id', requireScopes(['a', 'b']), requireAnyScope('c', 'd'), (req, res) => {
  const claims: Readonly<AccessTokenClaims> = req.auth.claims
  const id: string = req.params.id
  const scopes: readonly string[] = req.auth.scopes
  res.json({ claims, id, scopes, token: bearerToken(req) })
})
app.use(express.Router().use(requireClaims({ tenant: ['a', 'b'], level: (value) => Number(value) > 2 })))

const requirements: Requirements = defineRequirements({
  scopes: ['a'],
  anyScope: ['b', 'c'],
  claims: { level: 2 },
})
app.get(
  '/reports',
  requireAuth({ anyOf: [{ scopes: ['admin'] }, { caller: 'service', claims: { roles: 'admin' } }] }),
  requireClaims({ realm_access: { roles: allOf('a', 'b') }, level: [1, 2] }),
)
app.use(oktaAuth({ issuer, audience, impliedScopes: { 'messages:write': ['messages:read'] } }))
app.delete('/messages', requireAuth(requirements), requireAuth({ claims: { tenant: 'a' } }), (req, res) => {
  const auth: VerifiedAuth | undefined = authOf(req)
  const same: VerifiedAccessToken<AccessTokenClaims> | undefined = auth
  // @ts-expect-error the request may be anonymous
  authOf(req).claims
  res.json({ same })
})

// Types of options and results have a name.
export const options: OktaAuthOptions & CredentialsOption = { issuer, audience, credentials: 'optional' }
export const status: VerifierStatus = verifier.status()
export const profile: ProfileName = 'rfc9068'
export const middleware: AuthMiddleware = oktaAuth(options)
export const code = (message: DiagnosticsMessages['okta-resource-server:token.refused']): ErrorCode =>
  message.code

// @ts-expect-error an unknown option
oktaAuth({ isuer: issuer, audience })
// @ts-expect-error an unknown option beside a verifier
oktaAuth({ verifier, isuer: issuer })
// @ts-expect-error a verifier has its issuer already
oktaAuth({ verifier, issuer })
// @ts-expect-error a verifier has its audience already
oktaAuth({ verifier, audience })
// @ts-expect-error a verifier is not undefined
oktaAuth({ verifier: undefined })
// @ts-expect-error only createAccessTokenVerifier returns a verifier
oktaAuth({ verifier: { verify: verifier.verify } })
// @ts-expect-error an option other than issuer and audience is not undefined
oktaAuth({ issuer, audience, realm: undefined })
// @ts-expect-error credentials of the wrong type
oktaAuth({ credentials: false })
// @ts-expect-error a function for a claim returns a boolean, not a promise
requireClaims({ tenant: async () => true })
// @ts-expect-error a claim is not compared with null
requireClaims({ realm_access: { roles: null } })
// @ts-expect-error an unknown kind of caller
requireAuth({ caller: 'machine' })
// @ts-expect-error an unknown requirement of an alternative
requireAuth({ anyOf: [{ scope: ['messages:read'] }] })
// @ts-expect-error allOf takes values, not a list
allOf(['a', 'b'])
// @ts-expect-error an unknown requirement
requireAuth({ scope: ['messages:read'] })
// @ts-expect-error requirements cannot be left out
requireAuth()
// @ts-expect-error scopes are read-only, because requests share them
app.get('/', (req) => req.auth.scopes.push('admin'))
