// Compiled, never run: an application says what its claims are, and that it has open routes.
import express from 'express'
import { type AccessTokenClaims, oktaAuth } from '../../src/index.ts'

declare module '../../src/index.ts' {
  interface AuthTypes {
    claims: AccessTokenClaims & { readonly groups: readonly string[] }
    optional: true
  }
}

const app = express()
app.use(oktaAuth({ credentials: 'optional' }))
app.get('/', (req, res) => {
  // @ts-expect-error there may be no caller
  req.auth.claims
  const groups: readonly string[] | undefined = req.auth?.claims.groups
  const none: undefined | object = req.auth
  res.json({ groups, none })
})
