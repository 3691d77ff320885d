import {
  authOf,
  type OktaAuthOptions,
  oktaAuth,
  requireScopes,
  type VerifiedAuth,
} from '@okta-resource-server/express/no-globals'
import type { Request, Response } from 'express'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [IsAny<OktaAuthOptions>, IsAny<OktaAuthOptions['credentials']>, IsAny<VerifiedAuth>] =
  [false, false, false]

// As another package types it.
declare global {
  namespace Express {
    interface Request {
      auth?: { readonly payload: { readonly sub?: string } }
    }
  }
}

declare module '@okta-resource-server/express/no-globals' {
  interface AuthTypes {
    claims: { readonly sub: string; readonly groups: string[] }
  }
}

export const handlers: ((req: Request, res: Response, next: (error?: unknown) => void) => void)[] = [
  oktaAuth({ issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' }),
  requireScopes('messages:read'),
  (req, res) => {
    const groups: string[] | undefined = authOf(req)?.claims.groups
    const theirs: string | undefined = req.auth?.payload.sub
    res.json({ groups, theirs })
  },
]

// @ts-expect-error credentials is 'required' or 'optional'
oktaAuth({ credentials: 'none' })
