// Compiled, never run, and a program of its own, since it says for the whole program what the claims are.
import express from 'express'
import { type AccessTokenClaims, oktaAuth } from '../src/index.ts'

declare module '../src/index.ts' {
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
