import { authOf, errorResponse, mcpAuth, type VerifiedAccessToken } from '@okta-resource-server/mcp'
import express, { type ErrorRequestHandler } from 'express'
import { type Adapter, FORM, listen, PARSED, ROUTES, requirementsOf } from '../adapter.ts'

/** For requirements that `mcpAuth` does not know. It answers its own refusals itself. */
const refuse: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status, headers, body } = errorResponse(error)
  res.status(status).set(headers).json(body)
}

/** The middleware for MCP servers. It knows scopes; what else a route requires is checked in its handler. */
export const mcp: Adapter = {
  name: 'MCP',
  resource: 'https://api.example.com/mcp',
  start: (options) => {
    const { verifier } = options
    const app = express()
    app.use(PARSED as string[], express.urlencoded({ extended: false }))
    for (const path of [FORM, ...Object.keys(ROUTES)]) {
      const { scopes, ...others } = requirementsOf(path) ?? {}
      app.all(path, mcpAuth({ verifier, ...(scopes && { requiredScopes: scopes }) }), async (req, res) => {
        // The token has been verified, so only the requirements are checked.
        if (Object.keys(others).length > 0) await verifier.authenticate(req, others)
        const auth = authOf(req) as VerifiedAccessToken
        res.json({ subject: auth.subject, scopes: auth.scopes })
      })
    }
    app.use(refuse)
    return listen(app, options)
  },
}
