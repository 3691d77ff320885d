import type Provider from 'oidc-provider'
import type { Context } from 'oidc-provider'
import { formRequest } from '../form-request.ts'
import type { MfaTransaction } from '../mfa-tokens.ts'
import { OAuthError } from '../oauth-error.ts'
import { parseScope, sameScopes } from '../scopes.ts'
import type { ServerState } from '../state.ts'
import { issueTokens } from './issue-tokens.ts'
import { checkPolicy } from './password.ts'
import { optional, required, supportsMfaOtp } from './request.ts'

export const MFA_OTP_PARAMETERS = ['mfa_token', 'otp', 'scope', 'acr_values', 'grant_types_supported']

/** Says how to avoid the limit, because it is easily reached when the test server is used by hand. */
const TOO_MANY_OTPS =
  'Too many OTPs were sent for this user. Wait a few minutes, or start the test server with --factors 1, or set its knob otpRateLimit to false.'

/** The second step: the client sends the mfa_token of the first step, and the OTP. */
export async function mfaOtpGrant(provider: Provider, state: ServerState, ctx: Context): Promise<void> {
  const mfaToken = required(ctx, 'mfa_token')
  const otp = required(ctx, 'otp')
  supportsMfaOtp(ctx)
  const transaction = state.mfaTokens.find(mfaToken)
  const user = transaction && state.users.byId(transaction.userId)
  if (!transaction || !user) {
    throw new OAuthError(
      403,
      'access_denied',
      "The value of the parameter 'mfa_token' has expired or is invalid.",
    )
  }
  checkUnchanged(ctx, transaction)
  checkPolicy(state)
  if (!state.otpRateLimit.admits(user.id)) {
    throw new OAuthError(429, 'invalid_grant', TOO_MANY_OTPS)
  }
  // A wrong OTP does not invalidate the mfa_token, so that the user can try again.
  if (!user.totp.accepts(otp, state.clock.now())) {
    throw new OAuthError(400, 'invalid_grant', 'The OTP is wrong. Try again.')
  }
  state.mfaTokens.consume(mfaToken)
  const { scopes, acrValues } = transaction
  await issueTokens(provider, state, ctx, { user, scopes, amr: ['pwd', 'otp', 'mfa'], acrValues })
}

/** @throws {OAuthError} If the request differs from the first step in a parameter that must not change. */
function checkUnchanged(ctx: Context, transaction: MfaTransaction): void {
  if (ctx.oidc.client.clientId !== transaction.clientId) {
    throw new OAuthError(401, 'invalid_client', 'The mfa_token was issued to another client.')
  }
  if (formRequest(ctx).target.authorizationServerId !== transaction.authorizationServerId) {
    throw new OAuthError(400, 'invalid_request', 'The mfa_token was issued by another authorization server.')
  }
  const scope = optional(ctx, 'scope')
  if (scope !== undefined && !sameScopes(parseScope(scope), transaction.scopes)) {
    throw new OAuthError(400, 'invalid_scope', 'The scopes differ from those of the first request.')
  }
  const acrValues = optional(ctx, 'acr_values')
  if (acrValues !== undefined && acrValues !== transaction.acrValues) {
    throw new OAuthError(400, 'invalid_request', 'The acr_values differ from those of the first request.')
  }
}
