import {
  authOf,
  oktaAuth,
  requireAnyScope,
  requireAuth,
  requireClaims,
  requireScopes,
  type VerifiedAuth,
} from '@okta-resource-server/express/no-globals'
import express, { type ErrorRequestHandler, type Request } from 'express'
import createExpress4 from 'express4'
import { type Adapter, FORM, listen, OPTIONAL, PARSED, ROUTES, requirementsOf } from '../adapter.ts'

/** @param handler - default: that of Express itself, which prints each refusal unless its environment is `test` */
function expressAdapter(name: string, create: typeof express, handler?: ErrorRequestHandler): Adapter {
  return {
    name,
    start: (options) => {
      const { verifier, logs = false } = options
      const app = create()
      if (!logs) app.set('env', 'test')
      app.use(PARSED as string[], create.urlencoded({ extended: false }))
      app.all(OPTIONAL, oktaAuth({ verifier, credentials: 'optional' }), (req, res) => {
        res.json({ subject: authOf(req)?.subject ?? null })
      })
      app.use(oktaAuth({ verifier }))
      for (const path of [FORM, ...Object.keys(ROUTES)]) {
        const { scopes, anyScope, claims, ...others } = requirementsOf(path) ?? {}
        const guards = [
          ...(scopes ? [requireScopes(...scopes)] : []),
          ...(anyScope ? [requireAnyScope(...anyScope)] : []),
          ...(claims ? [requireClaims(claims)] : []),
          ...(Object.keys(others).length > 0 ? [requireAuth(others)] : []),
        ]
        app.all(path, ...guards, (req: Request, res) => {
          const { subject, scopes } = authOf(req) as VerifiedAuth
          res.json({ subject, scopes })
        })
      }
      if (handler !== undefined) app.use(handler)
      return listen(app, options)
    },
  }
}

export const express5: Adapter = expressAdapter('Express 5', express)
export const express4: Adapter = expressAdapter('Express 4', createExpress4 as unknown as typeof express)

/** An error handler that knows nothing of headers, as most applications have it. */
const statusOnly: ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(error.status).json({ message: error.message })
}
export const express5StatusOnly: Adapter = expressAdapter('Express 5, own error handler', express, statusOnly)
export const express4StatusOnly: Adapter = expressAdapter(
  'Express 4, own error handler',
  createExpress4 as unknown as typeof express,
  statusOnly,
)
