import { createRequire } from 'node:module'
import { type AccessTokenVerifier, InvalidTokenError } from '@okta-resource-server/core'
import { adapterSettings } from '@okta-resource-server/core/adapter'
import { type AuthInfo, authInfoOf } from './auth-info.ts'

/** What `requireBearerAuth` of the MCP SDKs takes as `verifier`. */
export interface OAuthTokenVerifier {
  /** Verifies an access token. */
  verifyAccessToken(token: string): Promise<AuthInfo>
}

/** The class `InvalidTokenError` of `@modelcontextprotocol/sdk`. */
export type SdkErrorClass = new (message: string) => Error

/** Options of {@link oauthTokenVerifier}. */
export interface OAuthTokenVerifierOptions {
  /**
   * The class `InvalidTokenError` of `@modelcontextprotocol/sdk/server/auth/errors.js`, for applications in which both the
   * CommonJS and the ES module build of the SDK are loaded.
   *
   * @default that of the build that is loaded
   */
  readonly InvalidTokenError?: SdkErrorClass | undefined
}

/** SDK 2.x recognises its errors by this, and not by their class. */
const BRANDS = Symbol.for('mcp.sdk.errorBrands')
const ERRORS = '@modelcontextprotocol/sdk/server/auth/errors.js'

/** For applications without SDK 1.x. */
class BearerTokenError extends Error {
  override readonly name: string = 'InvalidTokenError'
  toResponseObject(): { error: string; error_description: string } {
    return { error: 'invalid_token', error_description: this.message }
  }
}

/** The class of the CommonJS build, if the application uses that one. */
function loadedByRequire(): SdkErrorClass | undefined {
  try {
    const require = createRequire(import.meta.url)
    return require.cache[require.resolve(ERRORS)]?.exports.InvalidTokenError
  } catch {
    // It is not installed.
    return undefined
  }
}

async function findErrorClass(): Promise<SdkErrorClass> {
  const loaded = loadedByRequire()
  if (loaded !== undefined) return loaded
  try {
    return (await import('@modelcontextprotocol/sdk/server/auth/errors.js')).InvalidTokenError
  } catch {
    return BearerTokenError
  }
}

/** An error for which the guard of either SDK answers 401 `invalid_token`. */
function sdkError(ErrorClass: SdkErrorClass, message: string): Error {
  const error = new ErrorClass(message)
  // As core does: a refusal is not a fault.
  error.stack = `${error.name}: ${message}`
  Object.defineProperty(error, 'code', { value: 'invalid_token' })
  return Object.defineProperty(error, BRANDS, { value: new Set(['mcp.OAuthError']) })
}

/**
 * Makes a verifier usable as `verifier` of `requireBearerAuth` in `@modelcontextprotocol/sdk` 1.x, and in
 * `@modelcontextprotocol/express` and `/server` 2.x. Create the verifier with the option `resource`, so that `AuthInfo`
 * has `resource`.
 *
 * The guard of the SDK writes the responses: it answers 500 where {@link mcpAuth} answers 503, and it does not know tokens
 * that are bound to a key, which are refused.
 *
 * @throws {ConfigurationError} `verifier` is not the result of `createAccessTokenVerifier`
 * @example
 * ```ts
 * import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
 * import express from 'express'
 *
 * const verifier = createAccessTokenVerifier({
 *   issuer: 'https://example.okta.com/oauth2/aus1',
 *   audience: 'https://mcp.example.com/mcp',
 *   resource: 'https://mcp.example.com/mcp',
 * })
 * const app = express()
 * app.use('/mcp', requireBearerAuth({ verifier: oauthTokenVerifier(verifier), requiredScopes: ['mcp:tools'] }))
 * ```
 */
export function oauthTokenVerifier(
  verifier: AccessTokenVerifier<object>,
  { InvalidTokenError: given }: OAuthTokenVerifierOptions = {},
): OAuthTokenVerifier {
  const { resource } = adapterSettings({ verifier })
  return {
    async verifyAccessToken(token) {
      try {
        return authInfoOf(await verifier.verify(token), token, resource)
      } catch (error) {
        if (!(error instanceof InvalidTokenError)) throw error
        throw sdkError(given ?? (await findErrorClass()), error.message)
      }
    },
  }
}
