// Compiled, never run. A separate program, because AuthTypes applies to a whole program.
import express from 'express'
import { type AccessTokenClaims, authOf, oktaAuth } from '../src/index.ts'

declare module '../src/index.ts' {
  interface AuthTypes {
    claims: AccessTokenClaims & { readonly groups: readonly string[] }
    optional: true
  }
}

const app = express()
app.use(oktaAuth({ credentials: 'optional' }))
app.get('/', (req, res) => {
  // @ts-expect-error req.auth may be undefined
  req.auth.claims
  const groups: readonly string[] | undefined = req.auth?.claims.groups
  const same: readonly string[] | undefined = authOf(req)?.claims.groups
  const none: undefined | object = req.auth
  res.json({ groups, same, none })
})
