import {
  type AuthInfo,
  createAccessTokenVerifier,
  type McpAuthOptions,
  mcpAuth,
  type OAuthTokenVerifier,
  oauthTokenVerifier,
  protectedResourceMetadata,
} from '@okta-resource-server/mcp'
import type { Request, Response } from 'express'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [
  IsAny<McpAuthOptions>,
  IsAny<McpAuthOptions['requiredScopes']>,
  IsAny<AuthInfo>,
  IsAny<OAuthTokenVerifier>,
] = [false, false, false, false]

const resource = 'https://mcp.example.com/mcp'
const verifier = createAccessTokenVerifier({
  issuer: 'https://example.okta.com/oauth2/aus1',
  audience: resource,
  resource: { resource, scopes: ['mcp:tools'] },
})
export const handlers: ((req: Request, res: Response, next: (error?: unknown) => void) => void)[] = [
  protectedResourceMetadata({ verifier }),
  mcpAuth({ verifier, requiredScopes: ['mcp:tools'] }),
]
export async function clientOf(token: string): Promise<string> {
  const info: AuthInfo = await oauthTokenVerifier(verifier).verifyAccessToken(token)
  return info.clientId
}

// @ts-expect-error a scope is text
mcpAuth({ verifier, requiredScopes: [1] })
