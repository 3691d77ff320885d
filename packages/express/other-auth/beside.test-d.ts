// Compiled, never run. A separate program, in which another package types req.auth.
import express from 'express'
import { auth as otherAuth } from 'express-oauth2-jwt-bearer'
import {
  type AccessTokenClaims,
  authOf,
  oktaAuth,
  requireScopes,
  type VerifiedAuth,
} from '../src/no-globals.ts'

declare module '../src/no-globals.ts' {
  interface AuthTypes {
    claims: AccessTokenClaims & { readonly groups: readonly string[] }
  }
}

const app = express()
app.get('/theirs', otherAuth(), (req, res) => {
  const payload: { readonly sub?: string } | undefined = req.auth?.payload
  res.json(payload)
})
app.use(oktaAuth())
app.get('/ours', requireScopes('messages:read'), (req, res) => {
  const auth: VerifiedAuth | undefined = authOf(req)
  const groups: readonly string[] | undefined = auth?.claims.groups
  // @ts-expect-error the type of req.auth is theirs
  req.auth?.claims
  res.json(groups)
})
