import type { RateLimitCode, RefusalCode } from './errors.ts'

/** The parts of an error response that decide what it means. */
interface Refusal {
  step: 'discovery' | 'password' | 'mfa-otp'
  status: number
  /** OAuth `error` or Okta's `errorCode`. */
  error: string | undefined
}

interface Row {
  code: RefusalCode | RateLimitCode
  step?: Refusal['step']
  status?: number
  error?: string
  advice: string
}

/**
 * The first matching row wins. Situations with the same response share a row, because a client must not branch on the
 * `error_description`.
 */
const ROWS: readonly Row[] = [
  {
    code: 'user_rate_limited',
    status: 429,
    error: 'invalid_grant',
    advice:
      'Wait five minutes and sign this user in less often. Okta accepts about five OTPs per user in five minutes and four passwords per second; using one user per test job helps.',
  },
  {
    code: 'rate_limited',
    status: 429,
    advice:
      "Try again after the stated time, reuse tokens between tests, or increase the app's share of the rate limit in the Admin Console.",
  },
  {
    code: 'authorization_server_not_found',
    error: 'E0000007',
    advice:
      'Check the issuer. Copy it from Security > API > Authorization Servers in the Admin Console; it looks like https://{yourOktaDomain}/oauth2/default.',
  },
  {
    code: 'authorization_server_not_found',
    status: 404,
    advice:
      'Check the issuer: there is no authorization server at this URL. Copy it from Security > API > Authorization Servers in the Admin Console.',
  },
  {
    code: 'server_error',
    error: 'server_error',
    advice: 'Try again later. If the error persists, check the status page of the authorization server.',
  },
  {
    code: 'invalid_client',
    step: 'mfa-otp',
    error: 'invalid_client',
    advice:
      'Use the same client for the password request and the OTP request: the mfa_token is bound to the client.',
  },
  {
    code: 'invalid_client',
    error: 'invalid_client',
    advice:
      'Check the client ID and the client secret, and the Client authentication setting of the app in the Admin Console: "Client secret" if you send a secret, "None" if you do not.',
  },
  {
    code: 'grant_not_enabled',
    step: 'mfa-otp',
    error: 'unauthorized_client',
    advice:
      'Enable the "MFA OTP" grant of the native app in the Admin Console (Applications > the app > General > Grant type > Advanced). This requires a super admin.',
  },
  {
    code: 'grant_not_enabled',
    error: 'unauthorized_client',
    advice:
      'Enable the grants "Resource Owner Password" and "MFA OTP" of the native app in the Admin Console (Applications > the app > General > Grant type > Advanced). This requires a super admin.',
  },
  {
    code: 'grant_unknown',
    error: 'unsupported_grant_type',
    advice:
      'Use an Okta org on Identity Engine, or another authorization server that supports the grant. Classic Engine does not support direct authentication.',
  },
  {
    code: 'no_matching_policy',
    status: 401,
    error: 'access_denied',
    advice:
      'Add an access policy for this client to the authorization server (Security > API > Access Policies). Its rule must include the grants "Resource Owner Password" and "MFA OTP", this user and these scopes.',
  },
  {
    code: 'mfa_token_refused',
    step: 'mfa-otp',
    status: 403,
    error: 'access_denied',
    advice:
      'Start again with the password: the mfa_token has expired or was already used. If the new mfa_token is refused as well, enroll the user in an OTP authenticator and make sure that the app sign-in policy accepts password and OTP.',
  },
  {
    code: 'policy_denied',
    status: 403,
    error: 'access_denied',
    advice:
      'Set the app sign-in policy to "Password + another factor", enroll the user in an OTP authenticator (Google Authenticator or Okta Verify), and enable the "MFA OTP" grant of the app.',
  },
  {
    code: 'access_denied',
    error: 'access_denied',
    advice:
      'Assign the user to the app (Applications > the app > Assignments), and make sure that the access policy rule grants every requested scope.',
  },
  {
    code: 'invalid_scope',
    step: 'mfa-otp',
    error: 'invalid_scope',
    advice:
      'Request the same scopes in both requests: the mfa_token is bound to the scopes of the password request.',
  },
  {
    code: 'invalid_scope',
    error: 'invalid_scope',
    advice:
      'Request at least openid, and define every other scope on the authorization server (Security > API > the server > Scopes).',
  },
  {
    code: 'invalid_request',
    step: 'mfa-otp',
    error: 'invalid_request',
    advice:
      'Send the OTP request to the authorization server that issued the mfa_token, with each parameter once and with one client authentication method.',
  },
  {
    code: 'invalid_request',
    error: 'invalid_request',
    advice:
      'Check that client ID, username, password and scope are set, that each is sent once, that only one client authentication method is used, and that the issuer exists.',
  },
  {
    code: 'wrong_otp',
    step: 'mfa-otp',
    status: 400,
    error: 'invalid_grant',
    advice:
      'Check that the TOTP secret belongs to an authenticator in which this user is enrolled, that the clock of this machine is right, and that no other test uses the same OTP.',
  },
  {
    code: 'invalid_credentials',
    error: 'invalid_grant',
    advice:
      'Check the username and the password, and that the password is enrolled and not expired. If they are right, the sign-in policy requires a second factor but the "MFA OTP" grant of the app is not enabled.',
  },
  {
    code: 'other_factor_required',
    error: 'mfa_required',
    advice:
      'Change the app sign-in policy so that a password and one OTP are enough. It requires a factor that this flow does not support, or the server did not use status 403 to require it.',
  },
  {
    code: 'other_factor_required',
    error: 'authorization_pending',
    advice: 'Enroll the user in an OTP authenticator: the server is waiting for an out-of-band approval.',
  },
  {
    code: 'other_factor_required',
    error: 'slow_down',
    advice: 'Enroll the user in an OTP authenticator: the server is waiting for an out-of-band approval.',
  },
]

const SERVER_FAULT: Row = {
  code: 'server_error',
  advice: 'Try again later. If the error persists, check the status page of the authorization server.',
}

const UNEXPECTED: Row = {
  code: 'unexpected_response',
  advice:
    'Check that the issuer is an OAuth 2.0 authorization server and that the response does not come from a proxy.',
}

/**
 * Returns the code of an error response and advice on how to fix the problem.
 *
 * @see {@link https://developer.okta.com/docs/guides/configure-direct-auth-grants/bmfaotp/main/ Okta's guide to the MFA OTP grant}
 */
export function adviceFor(refusal: Refusal): { code: RefusalCode | RateLimitCode; advice: string } {
  const row =
    ROWS.find(
      ({ step, status, error }) =>
        (step === undefined || step === refusal.step) &&
        (status === undefined || status === refusal.status) &&
        (error === undefined || error === refusal.error),
    ) ?? (refusal.status >= 500 ? SERVER_FAULT : UNEXPECTED)
  return { code: row.code, advice: row.advice }
}

/** Whether an error code is defined by OAuth or Okta, so that it cannot be an echoed secret. */
export function isKnownError(error: string): boolean {
  return /^E\d{7}$/.test(error) || ROWS.some((row) => row.error === error)
}
