import {
  oktaAuth,
  requireAnyScope,
  requireAuth,
  requireClaims,
  requireScopes,
} from '@okta-resource-server/express'
import express from 'express'
import createExpress4 from 'express4'
import { type Adapter, FORM, listen, OPTIONAL, PARSED, ROUTES, requirementsOf } from '../adapter.ts'

/** Answered by the error handler of Express itself, which prints each refusal unless its environment is `test`. */
function expressAdapter(name: string, create: typeof express): Adapter {
  return {
    name,
    start: (options) => {
      const { verifier, logs = false } = options
      const app = create()
      if (!logs) app.set('env', 'test')
      app.use(PARSED as string[], create.urlencoded({ extended: false }))
      app.all(OPTIONAL, oktaAuth({ verifier, credentials: 'optional' }), (req, res) => {
        res.json({ subject: (req.auth as typeof req.auth | undefined)?.subject ?? null })
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
        app.all(path, ...guards, (req, res) => {
          res.json({ subject: req.auth.subject, scopes: req.auth.scopes })
        })
      }
      return listen(app, options)
    },
  }
}

export const express5: Adapter = expressAdapter('Express 5', express)
export const express4: Adapter = expressAdapter('Express 4', createExpress4 as unknown as typeof express)
