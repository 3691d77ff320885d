// Compiled, never run: the types that users meet.
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
// @ts-expect-error the issuer is missing: the environment is not read when options are given
oktaAuth({ clockTolerance: 10 })
// @ts-expect-error a verifier is configured already
oktaAuth({ verifier: createAccessTokenVerifier({ issuer, audience }), audience })
// @ts-expect-error credentials of the wrong type
oktaAuth({ credentials: false })
// @ts-expect-error a claim cannot be required to be an object
requireClaims({ tenant: {} })
// @ts-expect-error scopes are read-only, because requests share them
app.get('/', (req) => req.auth.scopes.push('admin'))
