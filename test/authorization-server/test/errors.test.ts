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

describe('the password grant answers', () => {
  const rows: [situation: string, form: Form, status: number, error: string][] = [
    ['a wrong password', { password: 'wrong' }, 400, 'invalid_grant'],
    ['an unknown user', { username: 'nobody@example.com' }, 400, 'invalid_grant'],
    ['an expired password', asUser('password-expired'), 400, 'invalid_grant'],
    ['a user not assigned to the client', asUser('unassigned'), 400, 'access_denied'],
    ['a user without a second authenticator', asUser('not-enrolled'), 403, 'access_denied'],
    ['a missing username', { username: undefined }, 400, 'invalid_request'],
    ['a missing password', { password: undefined }, 400, 'invalid_request'],
    ['a missing grant_type', { grant_type: undefined }, 400, 'invalid_request'],
    ['a grant the server does not know', { grant_type: 'urn:example:magic' }, 400, 'unsupported_grant_type'],
    ['a missing scope', { scope: undefined }, 400, 'invalid_scope'],
    ['an undefined scope', { scope: 'openid messages:burn' }, 400, 'invalid_scope'],
    ['an OIDC scope without openid', { scope: 'profile' }, 400, 'invalid_scope'],
    ['malformed grant_types_supported', { grant_types_supported: 'magic' }, 400, 'invalid_request'],
    ['grants that cannot satisfy the policy', { grant_types_supported: 'password' }, 403, 'access_denied'],
  ]
  it.each(rows)('%s: %o with %i %s', async (_situation, form, status, error) => {
    expectError(await harness.passwordStep(form), status, error)
  })

  it('the second factor missing among the grants of the client with 400 invalid_grant', async () => {
    expectError(
      await harness.passwordStep({ client_id: harness.server.passwordOnlyClientId }),
      400,
      'invalid_grant',
    )
  })

  it('a supported MFA OTP grant as if the parameter were absent', async () => {
    const { body } = await harness.passwordStep({ grant_types_supported: `password ${MFA_OTP}` })
    expect(body.error).toBe('mfa_required')
  })

  it('a scope that the policy refuses with 400 access_denied', async () => {
    harness.server.knobs.deniedScopes = ['messages:write']
    const answer = await harness.passwordStep({ scope: 'openid messages:write' })
    harness.server.knobs.deniedScopes = []
    expectError(answer, 400, 'access_denied')
  })

  it('a policy without a matching rule with 401 access_denied', async () => {
    harness.server.knobs.policy = 'no-match'
    const answer = await harness.passwordStep()
    harness.server.knobs.policy = 'matches'
    expectError(answer, 401, 'access_denied')
  })
})

describe('the MFA OTP grant', () => {
  it('refuses a wrong code with 400 invalid_grant, and lets the user try again', async () => {
    const mfaToken = await harness.mfaToken()
    harness.freshOtp()
    expectError(await harness.otpStep(mfaToken, { otp: harness.wrongOtp() }), 400, 'invalid_grant')
    expectError(await harness.otpStep(mfaToken, { otp: '' }), 400, 'invalid_grant')
    expect((await harness.otpStep(mfaToken)).status).toBe(200)
  })

  it('refuses a missing code or mfa_token with 400 invalid_request', async () => {
    const mfaToken = await harness.mfaToken()
    expectError(await harness.otpStep(mfaToken, { otp: undefined }), 400, 'invalid_request')
    expectError(await harness.otpStep(mfaToken, { mfa_token: undefined }), 400, 'invalid_request')
  })

  it('refuses a code that was accepted before, until its step is over', async () => {
    const [first, second] = [await harness.mfaToken(), await harness.mfaToken()]
    const otp = harness.freshOtp()
    expect((await harness.otpStep(first, { otp })).status).toBe(200)
    expectError(await harness.otpStep(second, { otp }), 400, 'invalid_grant')
    harness.advance(30)
    expect((await harness.otpStep(second)).status).toBe(200)
  })

  it('accepts a code one step early or late, and none of two steps', async () => {
    const otp = harness.freshOtp()
    harness.advance(30)
    expect((await harness.otpStep(await harness.mfaToken(), { otp })).status).toBe(200)
    const old = harness.freshOtp()
    harness.advance(60)
    expectError(await harness.otpStep(await harness.mfaToken(), { otp: old }), 400, 'invalid_grant')
  })

  it('refuses an mfa_token after 300 seconds of the injected clock with 403 access_denied', async () => {
    const [inTime, late] = [await harness.mfaToken(), await harness.mfaToken()]
    harness.advance(299)
    expect((await harness.otpStep(inTime)).status).toBe(200)
    harness.advance(1)
    expectError(await harness.otpStep(late), 403, 'access_denied')
  })

  it('refuses a used mfa_token and an unknown one with 403 access_denied', async () => {
    const mfaToken = await harness.mfaToken()
    expect((await harness.otpStep(mfaToken, { otp: harness.freshOtp() })).status).toBe(200)
    expectError(await harness.otpStep(mfaToken, { otp: harness.freshOtp() }), 403, 'access_denied')
    expectError(await harness.otpStep('F5snZpk1UBRKHYR6N7Mh'), 403, 'access_denied')
  })

  it('gives tokens to one of two requests that arrive together', async () => {
    const mfaToken = await harness.mfaToken()
    const otp = harness.freshOtp()
    const answers = await Promise.all([
      harness.otpStep(mfaToken, { otp }),
      harness.otpStep(mfaToken, { otp }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
  })

  it('refuses another client with 401 invalid_client', async () => {
    const { clientId, clientSecret } = harness.server.confidentialClient
    const headers = { authorization: basic(clientId, clientSecret) }
    const answer = await harness.otpStep(await harness.mfaToken(), { client_id: undefined }, headers)
    expectError(answer, 401, 'invalid_client')
  })

  it('refuses other scopes with 400 invalid_scope, and the same in another order not', async () => {
    const mfaToken = await harness.mfaToken()
    expectError(await harness.otpStep(mfaToken, { scope: 'openid messages:write' }), 400, 'invalid_scope')
    const otp = harness.freshOtp()
    expect((await harness.otpStep(mfaToken, { scope: 'profile openid', otp })).status).toBe(200)
  })

  it('keeps the scopes of step one when it is sent none', async () => {
    const mfaToken = await harness.mfaToken()
    const { body } = await harness.otpStep(mfaToken, { scope: undefined, otp: harness.freshOtp() })
    expect(body.scope).toBe('openid profile')
  })

  it('refuses changed acr_values with 400 invalid_request', async () => {
    const answer = await harness.otpStep(await harness.mfaToken(), { acr_values: 'urn:okta:loa:1fa:any' })
    expectError(answer, 400, 'invalid_request')
  })

  it('refuses the mfa_token of another authorization server with 400 invalid_request', async () => {
    const form = {
      client_id: harness.server.clientId,
      grant_type: MFA_OTP,
      otp: harness.otp(),
      mfa_token: await harness.mfaToken(),
    }
    expectError(await harness.post('token', form, {}, harness.server.otherIssuer), 400, 'invalid_request')
  })

  it('refuses a client that may not use it with 400 unauthorized_client', async () => {
    const answer = await harness.otpStep('F5snZpk1UBRKHYR6N7Mh', {
      client_id: harness.server.passwordOnlyClientId,
    })
    expectError(answer, 400, 'unauthorized_client')
  })
})

describe('client_credentials', () => {
  it('refuses OIDC scopes, no scope and undefined scopes with 400 invalid_scope', async () => {
    expectError(await harness.serviceToken({ scope: 'openid' }), 400, 'invalid_scope')
    expectError(await harness.serviceToken({ scope: undefined }), 400, 'invalid_scope')
    expectError(await harness.serviceToken({ scope: 'messages:burn' }), 400, 'invalid_scope')
  })

  it('is refused to a client that may not use it with 400 unauthorized_client', async () => {
    const form = {
      client_id: harness.server.clientId,
      grant_type: 'client_credentials',
      scope: 'messages:read',
    }
    expectError(await harness.post('token', form), 400, 'unauthorized_client')
  })
})

describe('the token endpoint refuses', () => {
  it.each(['scope=openid', 'unrelated=1&unrelated=2'])(
    'the repetition in %s with 400 invalid_request',
    async (more) => {
      const { clientId, username, password } = harness.server
      const form = { client_id: clientId, scope: 'openid', grant_type: 'password', username, password }
      expectError(await harness.post('token', `${new URLSearchParams(form)}&${more}`), 400, 'invalid_request')
    },
  )

  it('credentials in the query with 400 invalid_request, though the body has them too', async () => {
    const { clientId, username, password } = harness.server
    const form = { client_id: clientId, scope: 'openid', grant_type: 'password', username, password }
    expectError(await harness.post(`token?password=${password}`, form), 400, 'invalid_request')
  })

  it('a body that is no form with 400 invalid_request', async () => {
    expectError(
      await harness.post('token', '{}', { 'content-type': 'application/json' }),
      400,
      'invalid_request',
    )
  })

  it('an unknown authorization server with 400 invalid_request', async () => {
    const issuer = `${harness.server.url}/oauth2/ausunknown`
    expectError(await harness.post('token', { grant_type: 'password' }, {}, issuer), 400, 'invalid_request')
  })

  it('another method than POST with 405', async () => {
    const { status, body } = await harness.get('/oauth2/default/v1/token')
    expect({ status, errorCode: body.errorCode }).toEqual({ status: 405, errorCode: 'E0000022' })
  })
})
