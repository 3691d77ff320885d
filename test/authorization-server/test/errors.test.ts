import { describe, expect, it } from 'vitest'
import { type Answer, basic, type Form, Harness, MFA_OTP } from './harness.ts'

const users = (['password-expired', 'unassigned', 'not-enrolled'] as const).map((state) => ({
  username: `${state}@example.com`,
  password: 'correct horse battery staple',
  state,
}))
const harness = new Harness({ users, knobs: { otpRateLimit: false } })

function expectError({ status, headers, body }: Answer, expectedStatus: number, error: string) {
  expect({ status, error: body.error }).toEqual({ status: expectedStatus, error })
  expect(body.error_description).toBeTypeOf('string')
  expect(headers.get('cache-control')).toBe('no-cache, no-store')
  expect(headers.get('pragma')).toBe('no-cache')
}

const asUser = (state: string): Form => ({
  username: `${state}@example.com`,
  password: 'correct horse battery staple',
})

describe('the password grant responds', () => {
  const rows: [situation: string, status: number, error: string, form: Form][] = [
    ['a wrong password', 400, 'invalid_grant', { password: 'wrong' }],
    ['an unknown user', 400, 'invalid_grant', { username: 'unknown@example.com' }],
    ['an expired password', 400, 'invalid_grant', asUser('password-expired')],
    ['a user who is not assigned to the client', 400, 'access_denied', asUser('unassigned')],
    ['a user without a second authenticator', 403, 'access_denied', asUser('not-enrolled')],
    ['a missing username', 400, 'invalid_request', { username: undefined }],
    ['a missing password', 400, 'invalid_request', { password: undefined }],
    ['a missing grant_type', 400, 'invalid_request', { grant_type: undefined }],
    ['an unsupported grant', 400, 'unsupported_grant_type', { grant_type: 'urn:example:unknown' }],
    ['a missing scope', 400, 'invalid_scope', { scope: undefined }],
    ['an undefined scope', 400, 'invalid_scope', { scope: 'openid messages:unknown' }],
    ['an OpenID Connect scope without openid', 400, 'invalid_scope', { scope: 'profile' }],
    [
      'an unknown value in grant_types_supported',
      400,
      'invalid_request',
      { grant_types_supported: 'unknown' },
    ],
    ['grants that cannot satisfy the policy', 403, 'access_denied', { grant_types_supported: 'password' }],
  ]
  it.each(rows)('to %s with %i %s', async (_situation, status, error, form) => {
    expectError(await harness.passwordStep(form), status, error)
  })

  it('to a client without a grant for the second factor with 400 invalid_grant', async () => {
    expectError(
      await harness.passwordStep({ client_id: harness.server.passwordOnlyClientId }),
      400,
      'invalid_grant',
    )
  })

  it('to grant_types_supported with MFA OTP as if the parameter were absent', async () => {
    const { body } = await harness.passwordStep({ grant_types_supported: `password ${MFA_OTP}` })
    expect(body.error).toBe('mfa_required')
  })

  it('to a scope that the policy does not grant with 400 access_denied', async () => {
    harness.server.knobs.deniedScopes = ['messages:write']
    const answer = await harness.passwordStep({ scope: 'openid messages:write' })
    harness.server.knobs.deniedScopes = []
    expectError(answer, 400, 'access_denied')
  })

  it('with 401 access_denied if no rule of the policy matches', async () => {
    harness.server.knobs.policy = 'no-match'
    const answer = await harness.passwordStep()
    harness.server.knobs.policy = 'matches'
    expectError(answer, 401, 'access_denied')
  })
})

describe('the MFA OTP grant', () => {
  it('responds to a wrong OTP with 400 invalid_grant, and allows another attempt', async () => {
    const mfaToken = await harness.mfaToken()
    harness.freshOtp()
    expectError(await harness.otpStep(mfaToken, { otp: harness.wrongOtp() }), 400, 'invalid_grant')
    expectError(await harness.otpStep(mfaToken, { otp: '' }), 400, 'invalid_grant')
    expect((await harness.otpStep(mfaToken)).status).toBe(200)
  })

  it('responds to a missing OTP or mfa_token with 400 invalid_request', async () => {
    const mfaToken = await harness.mfaToken()
    expectError(await harness.otpStep(mfaToken, { otp: undefined }), 400, 'invalid_request')
    expectError(await harness.otpStep(mfaToken, { mfa_token: undefined }), 400, 'invalid_request')
  })

  it('accepts an OTP only once', async () => {
    const [first, second] = [await harness.mfaToken(), await harness.mfaToken()]
    const otp = harness.freshOtp()
    expect((await harness.otpStep(first, { otp })).status).toBe(200)
    expectError(await harness.otpStep(second, { otp }), 400, 'invalid_grant')
    harness.advance(30)
    expect((await harness.otpStep(second)).status).toBe(200)
  })

  it('accepts an OTP one time step late, but not two', async () => {
    const otp = harness.freshOtp()
    harness.advance(30)
    expect((await harness.otpStep(await harness.mfaToken(), { otp })).status).toBe(200)
    const old = harness.freshOtp()
    harness.advance(60)
    expectError(await harness.otpStep(await harness.mfaToken(), { otp: old }), 400, 'invalid_grant')
  })

  it('responds to an mfa_token that is 300 seconds old, by the injected clock, with 403 access_denied', async () => {
    const [inTime, late] = [await harness.mfaToken(), await harness.mfaToken()]
    harness.advance(299)
    expect((await harness.otpStep(inTime)).status).toBe(200)
    harness.advance(1)
    expectError(await harness.otpStep(late), 403, 'access_denied')
  })

  it('responds to a used or unknown mfa_token with 403 access_denied', async () => {
    const mfaToken = await harness.mfaToken()
    expect((await harness.otpStep(mfaToken, { otp: harness.freshOtp() })).status).toBe(200)
    expectError(await harness.otpStep(mfaToken, { otp: harness.freshOtp() }), 403, 'access_denied')
    expectError(await harness.otpStep('F5snZpk1UBRKHYR6N7Mh'), 403, 'access_denied')
  })

  it('issues tokens to only one of two concurrent requests', async () => {
    const mfaToken = await harness.mfaToken()
    const otp = harness.freshOtp()
    const answers = await Promise.all([
      harness.otpStep(mfaToken, { otp }),
      harness.otpStep(mfaToken, { otp }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
  })

  it('responds to another client with 401 invalid_client', async () => {
    const { clientId, clientSecret } = harness.server.confidentialClient
    const headers = { authorization: basic(clientId, clientSecret) }
    const answer = await harness.otpStep(await harness.mfaToken(), { client_id: undefined }, headers)
    expectError(answer, 401, 'invalid_client')
  })

  it('responds to different scopes with 400 invalid_scope, but accepts the same scopes in another order', async () => {
    const mfaToken = await harness.mfaToken()
    expectError(await harness.otpStep(mfaToken, { scope: 'openid messages:write' }), 400, 'invalid_scope')
    const otp = harness.freshOtp()
    expect((await harness.otpStep(mfaToken, { scope: 'profile openid', otp })).status).toBe(200)
  })

  it('uses the scopes of the first step if none are sent', async () => {
    const mfaToken = await harness.mfaToken()
    const { body } = await harness.otpStep(mfaToken, { scope: undefined, otp: harness.freshOtp() })
    expect(body.scope).toBe('openid profile')
  })

  it('responds to different acr_values with 400 invalid_request', async () => {
    const answer = await harness.otpStep(await harness.mfaToken(), { acr_values: 'urn:okta:loa:1fa:any' })
    expectError(answer, 400, 'invalid_request')
  })

  it('responds to the mfa_token of another authorization server with 400 invalid_request', async () => {
    const form = {
      client_id: harness.server.clientId,
      grant_type: MFA_OTP,
      otp: harness.otp(),
      mfa_token: await harness.mfaToken(),
    }
    expectError(await harness.post('token', form, {}, harness.server.otherIssuer), 400, 'invalid_request')
  })

  it('responds to a client that may not use it with 400 unauthorized_client', async () => {
    const answer = await harness.otpStep('F5snZpk1UBRKHYR6N7Mh', {
      client_id: harness.server.passwordOnlyClientId,
    })
    expectError(answer, 400, 'unauthorized_client')
  })
})

describe('the client_credentials grant', () => {
  it('responds to OpenID Connect scopes, no scope and undefined scopes with 400 invalid_scope', async () => {
    expectError(await harness.serviceToken({ scope: 'openid' }), 400, 'invalid_scope')
    expectError(await harness.serviceToken({ scope: undefined }), 400, 'invalid_scope')
    expectError(await harness.serviceToken({ scope: 'messages:unknown' }), 400, 'invalid_scope')
  })

  it('responds to a client that may not use it with 400 unauthorized_client', async () => {
    const form = {
      client_id: harness.server.clientId,
      grant_type: 'client_credentials',
      scope: 'messages:read',
    }
    expectError(await harness.post('token', form), 400, 'unauthorized_client')
  })
})

describe('the token endpoint responds', () => {
  it.each(['scope=openid', 'unrelated=1&unrelated=2'])(
    'to a repeated parameter in %s with 400 invalid_request',
    async (more) => {
      const { clientId, username, password } = harness.server
      const form = { client_id: clientId, scope: 'openid', grant_type: 'password', username, password }
      expectError(await harness.post('token', `${new URLSearchParams(form)}&${more}`), 400, 'invalid_request')
    },
  )

  it('to credentials in the query with 400 invalid_request, even if the body contains them too', async () => {
    const { clientId, username, password } = harness.server
    const form = { client_id: clientId, scope: 'openid', grant_type: 'password', username, password }
    expectError(await harness.post(`token?password=${password}`, form), 400, 'invalid_request')
  })

  it('to a body that is not a form with 400 invalid_request', async () => {
    expectError(
      await harness.post('token', '{}', { 'content-type': 'application/json' }),
      400,
      'invalid_request',
    )
  })

  it('with 400 invalid_request if the authorization server is unknown', async () => {
    const issuer = `${harness.server.url}/oauth2/ausunknown`
    expectError(await harness.post('token', { grant_type: 'password' }, {}, issuer), 400, 'invalid_request')
  })

  it('to a method other than POST with 405', async () => {
    const { status, body } = await harness.get('/oauth2/default/v1/token')
    expect({ status, errorCode: body.errorCode }).toEqual({ status: 405, errorCode: 'E0000022' })
  })
})
