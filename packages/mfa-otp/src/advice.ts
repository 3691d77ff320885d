import type { RateLimitCode, RefusalCode } from './errors.ts'

/** What the wire says about a refusal. */
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

/** First match wins. Situations that answer alike share a row, because no client may branch on the description. */
const table: readonly Row[] = [
  {
    code: 'user_rate_limited',
    status: 429,
    error: 'invalid_grant',
    advice:
      'Wait five minutes and sign this user in less often: Okta takes about five OTPs per user in five minutes and four passwords a second; one user per test job helps.',
  },
  {
    code: 'rate_limited',
    status: 429,
    advice:
      'Try again after the stated time, reuse tokens between tests, or raise the share of the rate limit that the app has in the admin console.',
  },
  {
    code: 'authorization_server_not_found',
    error: 'E0000007',
    advice:
      'Check the issuer: copy it from Security > API > Authorization Servers in the admin console, such as https://{yourOktaDomain}/oauth2/default.',
  },
  {
    code: 'authorization_server_not_found',
    status: 404,
    advice:
      'Check the issuer: nothing answers there; copy it from Security > API > Authorization Servers in the admin console.',
  },
  {
    code: 'server_error',
    error: 'server_error',
    advice: 'Try again later, and look at the status page of the authorization server if it lasts.',
  },
  {
    code: 'invalid_client',
    step: 'mfa-otp',
    error: 'invalid_client',
    advice: 'Use the client of the password call for the OTP call too: the mfa_token is bound to it.',
  },
  {
    code: 'invalid_client',
    error: 'invalid_client',
    advice:
      'Check client id and secret, and that the app authenticates as configured: a secret needs "Client secret", no secret needs "None" under Client authentication in the admin console.',
  },
  {
    code: 'grant_not_enabled',
    step: 'mfa-otp',
    error: 'unauthorized_client',
    advice:
      'Tick the grant "MFA OTP" of the native app in the admin console (Applications > the app > General > Grant type > Advanced); this needs a super admin.',
  },
  {
    code: 'grant_not_enabled',
    error: 'unauthorized_client',
    advice:
      'Tick the grants "Resource Owner Password" and "MFA OTP" of the native app in the admin console (Applications > the app > General > Grant type > Advanced); this needs a super admin.',
  },
  {
    code: 'grant_unknown',
    error: 'unsupported_grant_type',
    advice:
      'Use an Okta org on Identity Engine, or an authorization server that knows the grant: direct authentication does not exist on Classic Engine.',
  },
  {
    code: 'no_matching_policy',
    status: 401,
    error: 'access_denied',
    advice:
      'Add an access policy for this client to the authorization server (Security > API > Access Policies); its rule must include the grants "Resource Owner Password" and "MFA OTP", this user and these scopes.',
  },
  {
    code: 'mfa_token_refused',
    step: 'mfa-otp',
    status: 403,
    error: 'access_denied',
    advice:
      'Start again with the password: the mfa_token is expired or used; if that fails at once, enrol the user in an OTP authenticator and let the app sign-in policy accept password and OTP.',
  },
  {
    code: 'policy_denied',
    status: 403,
    error: 'access_denied',
    advice:
      'Let the app sign-in policy ask for "Password + another factor", enrol the user in an OTP authenticator (Google Authenticator or Okta Verify), and give the app the "MFA OTP" grant.',
  },
  {
    code: 'access_denied',
    error: 'access_denied',
    advice:
      'Assign the user to the app (Applications > the app > Assignments), and let the access policy rule grant every scope asked for.',
  },
  {
    code: 'invalid_scope',
    step: 'mfa-otp',
    error: 'invalid_scope',
    advice: 'Ask for the same scopes in both calls: the mfa_token is bound to those of the password call.',
  },
  {
    code: 'invalid_scope',
    error: 'invalid_scope',
    advice:
      'Ask for at least openid, and define every other scope on the authorization server (Security > API > the server > Scopes).',
  },
  {
    code: 'invalid_request',
    step: 'mfa-otp',
    error: 'invalid_request',
    advice:
      'Send the OTP call to the authorization server that issued the mfa_token, each parameter once, with one client authentication method.',
  },
  {
    code: 'invalid_request',
    error: 'invalid_request',
    advice:
      'Check that client id, username, password and scope are all set, each sent once, with one client authentication method; and that the issuer exists.',
  },
  {
    code: 'wrong_otp',
    step: 'mfa-otp',
    status: 400,
    error: 'invalid_grant',
    advice:
      'Check that the TOTP secret is the one of the authenticator this user is enrolled in, that the clock of this machine is right, and that no other test uses the same OTP.',
  },
  {
    code: 'invalid_credentials',
    error: 'invalid_grant',
    advice:
      'Check username and password, and that the password is enrolled and not expired; if they are right, the sign-in policy demands a factor for which the app lacks the "MFA OTP" grant.',
  },
  {
    code: 'other_factor_required',
    error: 'mfa_required',
    advice:
      'Let the app sign-in policy be satisfied by a password and one OTP: it asks for a factor that this flow does not have, or asks in another way than with status 403.',
  },
  {
    code: 'other_factor_required',
    error: 'authorization_pending',
    advice: 'Enrol the user in an OTP authenticator: the server waits for an out-of-band approval.',
  },
  {
    code: 'other_factor_required',
    error: 'slow_down',
    advice: 'Enrol the user in an OTP authenticator: the server waits for an out-of-band approval.',
  },
]

const serverFault: Row = {
  code: 'server_error',
  advice: 'Try again later, and look at the status page of the authorization server if it lasts.',
}

const unexpected: Row = {
  code: 'unexpected_answer',
  advice:
    'Check that the issuer is an OAuth 2.0 authorization server and that no proxy answers in its place.',
}

/**
 * Tells what a refusal means and what to do about it.
 *
 * @see https://developer.okta.com/docs/guides/configure-direct-auth-grants/bmfaotp/main/
 */
export function adviceFor(refusal: Refusal): { code: RefusalCode | RateLimitCode; advice: string } {
  const row =
    table.find(
      ({ step, status, error }) =>
        (step === undefined || step === refusal.step) &&
        (status === undefined || status === refusal.status) &&
        (error === undefined || error === refusal.error),
    ) ?? (refusal.status >= 500 ? serverFault : unexpected)
  return { code: row.code, advice: row.advice }
}

/** Tells whether a code is one of OAuth's or Okta's own, and so certainly no echo of something secret. */
export function isKnownError(error: string): boolean {
  return /^E\d{7}$/.test(error) || table.some((row) => row.error === error)
}
