import type Provider from 'oidc-provider'
import type { Context } from 'oidc-provider'
import { chooseLevel, requiredFactors } from '../authentication-levels.ts'
import { MFA_OTP } from '../clients.ts'
import { formRequest } from '../form-request.ts'
import { OAuthError } from '../oauth-error.ts'
import { checkScopes, parseScope } from '../scopes.ts'
import type { ServerState } from '../state.ts'
import type { User } from '../users.ts'
import { issueTokens } from './issue-tokens.ts'
import { optional, required, supportsMfaOtp } from './request.ts'

export const PASSWORD_PARAMETERS = [
  'username',
  'password',
  'scope',
  'acr_values',
  'grant_types_supported',
  'prompt',
]

/** The first step: username and password. The response is 403 `mfa_required` if the policy requires a second factor. */
export async function passwordGrant(provider: Provider, state: ServerState, ctx: Context): Promise<void> {
  const username = required(ctx, 'username')
  const password = required(ctx, 'password')
  const scopes = parseScope(optional(ctx, 'scope'))
  const mfaOtp = supportsMfaOtp(ctx)
  checkScopes(scopes, { forUser: true, denied: state.knobs.deniedScopes })
  checkPolicy(state)
  const user = await state.users.authenticate(username, password)
  if (!user) throw new OAuthError(400, 'invalid_grant', 'The username or the password is wrong.')
  checkUser(user)
  const acrValues = optional(ctx, 'acr_values')
  const level = chooseLevel(acrValues)
  if (requiredFactors(level, state.knobs.factors, user.state !== 'not-enrolled') === 1)
    return issueTokens(provider, state, ctx, { user, scopes, amr: ['pwd'], acrValues })

  checkSecondFactor(ctx, user, mfaOtp)
  const mfaToken = state.mfaTokens.issue({
    clientId: ctx.oidc.client.clientId,
    authorizationServerId: formRequest(ctx).target.authorizationServerId,
    userId: user.id,
    scopes,
    acrValues,
  })
  ctx.status = 403
  ctx.body = {
    error: 'mfa_required',
    error_description: 'The sign-in policy requires another authenticator.',
    mfa_token: mfaToken,
  }
}

/** @throws {OAuthError} If no rule of the access policy matches the request. */
export function checkPolicy({ knobs }: ServerState): void {
  if (knobs.policy === 'no-match')
    throw new OAuthError(401, 'access_denied', 'No access policy matches the request.')
}

function checkUser({ state }: User): void {
  if (state === 'password-expired') throw new OAuthError(400, 'invalid_grant', 'The password has expired.')
  if (state === 'unassigned')
    throw new OAuthError(400, 'access_denied', 'The user is not assigned to the client.')
}

function checkSecondFactor(ctx: Context, user: User, mfaOtp: boolean): void {
  if (!ctx.oidc.client.grantTypeAllowed(MFA_OTP)) {
    throw new OAuthError(
      400,
      'invalid_grant',
      'The sign-in policy requires a grant that this client is not allowed to use.',
    )
  }
  if (user.state === 'not-enrolled') {
    throw new OAuthError(403, 'access_denied', 'The user must enroll another authenticator first.')
  }
  if (!mfaOtp) {
    throw new OAuthError(
      403,
      'access_denied',
      'None of the grants that the client supports satisfies the policy.',
    )
  }
}
