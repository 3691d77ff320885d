// Compiled, never run: what users type has the types that they expect.
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import express from 'express'
import {
  type AccessTokenClaims,
  oktaAuth,
  requireAnyScope,
  requireClaims,
  requireScopes,
} from '../src/index.ts'

const issuer = 'https://as.example/oauth2/default'
const audience = 'api://default'
const app = express()

app.use(oktaAuth())
app.use(oktaAuth({}))
app.use(oktaAuth({ credentials: 'optional' }))
app.use(oktaAuth({ issuer, audience }))
app.use(oktaAuth({ issuer: [{ issuer, audience }], clockTolerance: 10, credentials: 'required' }))
app.use('/api', oktaAuth({ verifier: createAccessTokenVerifier({ issuer, audience }) }))

app.get('/messages', requireScopes('messages:read'), (req, res) => res.json(req.auth.claims))
app.get('/messages/:id', requireScopes(['a', 'b']), requireAnyScope('c', 'd'), (req, res) => {
  const claims: Readonly<AccessTokenClaims> = req.auth.claims
  const id: string = req.params.id
  const scopes: readonly string[] = req.auth.scopes
  res.json({ claims, id, scopes })
})
app.use(express.Router().use(requireClaims({ tenant: ['a', 'b'], level: (value) => Number(value) > 2 })))

// @ts-expect-error an unknown option
oktaAuth({ isuer: issuer, audience })
// @ts-expect-error the issuer is missing
oktaAuth({ audience })
// @ts-expect-error the issuer is missing: with options of its own, the verifier does not read the environment
oktaAuth({ clockTolerance: 10 })
// @ts-expect-error a verifier has its options already
oktaAuth({ verifier: createAccessTokenVerifier({ issuer, audience }), audience })
// @ts-expect-error another kind of credentials
oktaAuth({ credentials: false })
// @ts-expect-error not a claim's value
requireClaims({ tenant: {} })
// @ts-expect-error what is shared between requests is read only
app.get('/', (req) => req.auth.scopes.push('admin'))
