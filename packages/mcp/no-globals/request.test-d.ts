// Compiled, never run. A separate program, because a global type applies to a whole program.
import express, { type Request } from 'express'
import { mcpAuth, oauthTokenVerifier, protectedResourceMetadata } from '../src/index.ts'

/** The package does not change the type of requests, so that other packages can. */
export const changed: 'auth' extends keyof Request ? true : false = false

const app = express()
app.use(protectedResourceMetadata(), mcpAuth())
app.get('/', (req, res) => {
  // @ts-expect-error req.auth has no global type
  res.json(req.auth)
})
export const bridge: unknown = oauthTokenVerifier
