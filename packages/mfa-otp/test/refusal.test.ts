import { describe, expect, it } from 'vitest'
import { fetchTokens, MfaOtpError, MfaOtpRefusedError } from '../src/index.ts'
import { mfaRequired, optionsFor, startServer } from './scripted-server.ts'

type Row = [status: number, error: string, code: string, advice: RegExp]

const PASSWORD_ROWS: Row[] = [
  [400, 'invalid_grant', 'invalid_credentials', /username and the password.*not expired.*"MFA OTP" grant/],
  [
    400,
    'unauthorized_client',
    'grant_not_enabled',
    /Enable the grants "Resource Owner Password" and "MFA OTP"/,
  ],
  [400, 'unsupported_grant_type', 'grant_unknown', /Identity Engine/],
  [401, 'access_denied', 'no_matching_policy', /access policy.*rule must include the grants/],
  [400, 'access_denied', 'access_denied', /Assign the user to the app.*scope/],
  [403, 'access_denied', 'policy_denied', /app sign-in policy.*enroll the user/],
  [401, 'invalid_client', 'invalid_client', /client ID and the client secret/],
  [400, 'invalid_scope', 'invalid_scope', /at least openid/],
  [400, 'invalid_request', 'invalid_request', /each is sent once/],
  [401, 'invalid_request', 'invalid_request', /one client authentication method/],
  [400, 'mfa_required', 'other_factor_required', /status 403/],
  [400, 'authorization_pending', 'other_factor_required', /OTP authenticator/],
  [400, 'slow_down', 'other_factor_required', /OTP authenticator/],
  [500, 'server_error', 'server_error', /Try again later/],
  [400, 'something_new', 'unexpected_response', /proxy/],
]

const OTP_ROWS: Row[] = [
  [403, 'access_denied', 'mfa_token_refused', /Start again with the password/],
  [401, 'invalid_client', 'invalid_client', /same client for the password request/],
  [400, 'invalid_scope', 'invalid_scope', /same scopes in both requests/],
  [400, 'invalid_request', 'invalid_request', /authorization server that issued the mfa_token/],
  [400, 'unauthorized_client', 'grant_not_enabled', /Enable the "MFA OTP" grant/],
  [401, 'access_denied', 'no_matching_policy', /rule must include the grants/],
  [400, 'access_denied', 'access_denied', /Assign the user/],
  [403, 'mfa_required', 'other_factor_required', /one OTP/],
]

describe('an error response to the password request', () => {
  it.each(PASSWORD_ROWS)('with %i %s has the code %s and advice', async (status, error, code, advice) => {
    const server = await startServer()
    server.token({ status, body: { error, error_description: 'Some description.' } })
    const failure = await fetchTokens(optionsFor(server)).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(MfaOtpRefusedError)
    expect(failure).toBeInstanceOf(MfaOtpError)
    expect(failure).toMatchObject({ name: 'MfaOtpRefusedError', code, status, error, step: 'password' })
    expect(failure).toMatchObject({
      description: 'Some description.',
      advice: expect.stringMatching(advice),
    })
    expect((failure as Error).message).toContain((failure as MfaOtpError).advice)
    expect(server.tokenRequests()).toHaveLength(1)
  })
})

describe('an error response to the OTP request', () => {
  it.each(OTP_ROWS)('with %i %s has the code %s and advice', async (status, error, code, advice) => {
    const server = await startServer()
    server.token(mfaRequired, { status, body: { error } })
    const options = optionsFor(server)
    const failure = await fetchTokens(options).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code, status, error, step: 'mfa-otp', description: undefined })
    expect(failure).toMatchObject({ advice: expect.stringMatching(advice) })
    expect(server.tokenRequests()).toHaveLength(2)
    expect(options.waits).toEqual([])
  })
})

describe('a response that is not an OAuth error', () => {
  it("may be Okta's API error object", async () => {
    const server = await startServer()
    const body = {
      errorCode: 'E0000022',
      errorSummary: 'Not supported',
      errorLink: 'E0000022',
      errorId: 'oae',
    }
    server.token({ status: 405, body })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code: 'unexpected_response',
      status: 405,
      error: 'E0000022',
      description: 'Not supported',
    })
  })

  it.each([
    [403, '<html>Forbidden</html>', 'unexpected_response'],
    [502, '<html>Bad gateway</html>', 'server_error'],
    [400, '', 'unexpected_response'],
    [400, '"invalid_grant"', 'unexpected_response'],
    [400, '{"error":{"code":1}}', 'unexpected_response'],
    [404, 'Not found', 'authorization_server_not_found'],
    [204, '', 'unexpected_response'],
  ])('with %i and the body %j has the code %s', async (status, body, code) => {
    const server = await startServer()
    server.token({ status, body })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code,
      status,
      error: undefined,
      description: undefined,
    })
  })

  it('has a description without control characters, cut to 300 characters', async () => {
    const server = await startServer()
    server.token({
      status: 400,
      body: { error: 'invalid_grant', error_description: `a\u001b[31m\r\nb${'c'.repeat(999)}` },
    })
    const failure = (await fetchTokens(optionsFor(server)).catch((thrown: unknown) => thrown)) as MfaOtpError
    expect(failure.description).toMatch(/^a \[31m bc+…$/)
    expect(failure.description).toHaveLength(301)
  })
})
