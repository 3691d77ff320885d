import {
  type OktaAuthOptions,
  oktaAuth,
  requireScopes,
  type VerifiedAuth,
} from '@okta-resource-server/express'
import type { Request, Response } from 'express'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [
  IsAny<OktaAuthOptions>,
  IsAny<OktaAuthOptions['credentials']>,
  IsAny<VerifiedAuth>,
  IsAny<Request['auth']>,
] = [false, false, false, false]

declare module '@okta-resource-server/express' {
  interface AuthTypes {
    claims: { readonly sub: string; readonly groups: string[] }
  }
}

export const handlers: ((req: Request, res: Response, next: (error?: unknown) => void) => void)[] = [
  oktaAuth({ issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' }),
  requireScopes('messages:read'),
  (req, res) => {
    const groups: string[] = req.auth.claims.groups
    res.json(groups)
  },
]

// @ts-expect-error credentials is 'required' or 'optional'
oktaAuth({ credentials: 'none' })
