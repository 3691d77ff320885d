import type { Context } from 'oidc-provider'
import { GRANT_TYPES, MFA_OTP } from '../clients.ts'
import { formRequest } from '../form-request.ts'
import { OAuthError } from '../oauth-error.ts'

/**
 * Returns the value of a parameter, which may be empty. Reads the form because oidc-provider drops empty parameters.
 *
 * @throws {OAuthError} `invalid_request` if the parameter is missing.
 */
export function required(ctx: Context, name: string): string {
  const value = formRequest(ctx).form.get(name)
  if (value === null) throw new OAuthError(400, 'invalid_request', `The parameter '${name}' is missing.`)
  return value
}

export function optional(ctx: Context, name: string): string | undefined {
  return formRequest(ctx).form.get(name) ?? undefined
}

/** Whether the client can use the MFA OTP grant next, according to its space-delimited `grant_types_supported`. */
export function supportsMfaOtp(ctx: Context): boolean {
  const value = optional(ctx, 'grant_types_supported')
  if (value === undefined) return true
  const names = value.split(' ').filter(Boolean)
  if (names.length === 0 || names.some((name) => !isGrantType(name))) {
    throw new OAuthError(
      400,
      'invalid_request',
      "The parameter 'grant_types_supported' contains an unknown grant or no grant.",
    )
  }
  return names.includes(MFA_OTP)
}

function isGrantType(name: string): boolean {
  const direct =
    /^(urn:okta:params:oauth:grant-type:(otp|oob|webauthn|mfa-webauthn)|http:\/\/auth0\.com\/oauth\/grant-type\/mfa-oob)$/
  return GRANT_TYPES.includes(name) || direct.test(name)
}
