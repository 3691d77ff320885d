import type { AccessTokenClaims, VerifiedAccessToken } from '@okta-resource-server/core'
import { type ProtectedResource, sufficientScopes } from '@okta-resource-server/core/adapter'

/**
 * What the MCP SDKs tell tools about the caller. It fits the type `AuthInfo` of `@modelcontextprotocol/sdk` 1.x and of
 * `@modelcontextprotocol/server` 2.x.
 */
export interface AuthInfo {
  /**
   * The access token. It is not enumerable, so that logs, JSON and copies of the object do not contain it. An MCP server
   * must not pass it on to other APIs.
   */
  readonly token: string
  /** Client that the token was issued to; empty if the token does not say. */
  clientId: string
  /** Granted scopes, and those that they include by the option `impliedScopes`. */
  scopes: string[]
  /** Expiration time in seconds since the epoch. */
  expiresAt: number
  /** Resource identifier of this server, from the option `resource`. */
  resource?: URL
  /** URL of the protected resource metadata. */
  resourceMetadataUrl?: string
  /** Who calls. */
  extra: {
    /** Issuer: the claim `iss`. */
    issuer: string
    /** Subject: the claim `sub`, if the token has one. */
    subject: string | undefined
    /** The claims, as the authorization server signed them. */
    claims: Readonly<AccessTokenClaims>
    [name: string]: unknown
  }
}

/** Describes a verified token as the MCP SDKs do. */
export function authInfoOf(
  auth: VerifiedAccessToken<object>,
  token: string,
  resource: ProtectedResource | undefined,
): AuthInfo {
  const { clientId = '', expiresAt, issuer, subject } = auth
  const info: Omit<AuthInfo, 'token'> = {
    clientId,
    scopes: sufficientScopes(auth),
    expiresAt,
    ...(resource !== undefined && {
      resource: new URL(resource.identifier),
      resourceMetadataUrl: resource.metadataUrl,
    }),
    extra: { issuer, subject, claims: auth.claims as AccessTokenClaims },
  }
  return Object.defineProperty(info, 'token', { value: token }) as AuthInfo
}
