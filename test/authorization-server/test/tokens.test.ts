import { hash } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { Harness } from './harness.ts'

const harness = new Harness({ knobs: { otpRateLimit: false } })

describe('the MFA OTP flow', () => {
  it('requires a second factor with 403 and an mfa_token of 20 base64url characters', async () => {
    const { status, body } = await harness.passwordStep()
    expect(status).toBe(403)
    expect(Object.keys(body)).toEqual(['error', 'error_description', 'mfa_token'])
    expect(body.error).toBe('mfa_required')
    expect(body.mfa_token).toMatch(/^[\w-]{20}$/)
  })

  it('issues tokens for a valid OTP', async () => {
    const { status, headers, body } = await harness.signIn('openid profile messages:read')
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: expect.any(String),
      scope: 'openid profile messages:read',
      id_token: expect.any(String),
    })
    expect(headers.get('cache-control')).toBe('no-cache, no-store')
    expect(headers.get('pragma')).toBe('no-cache')
  })

  it("accepts the body of Okta's guide, in which spaces and slashes are not encoded", async () => {
    const { clientId, username, password } = harness.server
    const user = `username=${encodeURIComponent(username)}&password=${password}`
    const first = await harness.post(
      'token',
      `client_id=${clientId}&scope=openid profile&grant_type=password&${user}`,
    )
    expect(first.status).toBe(403)
    const mfa = `grant_type=http://auth0.com/oauth/grant-type/mfa-otp&otp=${harness.freshOtp()}`
    const token = `mfa_token=${first.body.mfa_token}`
    const second = await harness.post('token', `client_id=${clientId}&scope=openid profile&${mfa}&${token}`)
    expect(second.status).toBe(200)
    expect(second.body.scope).toBe('openid profile')
  })

  it('issues tokens for the password if the policy requires one factor', async () => {
    harness.server.knobs.factors = 1
    const { status, body } = await harness.passwordStep()
    harness.server.knobs.factors = 2
    expect(status).toBe(200)
    expect(decodeJwt(body.id_token).amr).toEqual(['pwd'])
  })

  it('puts the acr_values of the first step into the token', async () => {
    const acrValues = 'urn:okta:loa:2fa:any'
    const mfaToken = await harness.mfaToken({ acr_values: acrValues })
    const { body } = await harness.otpStep(mfaToken, { otp: harness.freshOtp() })
    expect(decodeJwt(body.access_token).acr).toBe(acrValues)
  })
})

describe('access tokens', () => {
  it('have only kid and alg in the header, and no typ', async () => {
    const { body } = await harness.signIn()
    const header = decodeProtectedHeader(body.access_token)
    expect(Object.keys(header)).toEqual(['kid', 'alg'])
    expect(header).toEqual({ kid: harness.server.keys.currentKid, alg: 'RS256' })
    expect(header.kid).toMatch(/^[\w-]{43}$/)
  })

  it('have exactly the claims of a custom authorization server, and can be verified with the published keys', async () => {
    const { issuer, audience, clientId, username } = harness.server
    const { body } = await harness.signIn('openid messages:read')
    const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`))
    const { payload } = await jwtVerify(body.access_token, keys, {
      issuer,
      audience,
      currentDate: new Date(harness.now),
    })
    const now = Math.floor(harness.now / 1000)
    expect(payload).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\.[\w-]{43}$/),
      iss: issuer,
      aud: 'api://default',
      iat: now,
      exp: now + 3600,
      cid: clientId,
      uid: expect.stringMatching(/^00u\w{17}$/),
      scp: ['openid', 'messages:read'],
      auth_time: now,
      sub: username,
    })
  })

  it('have the configured lifetime', async () => {
    harness.server.knobs.tokenLife = 300
    const { body } = await harness.signIn()
    harness.server.knobs.tokenLife = 3600
    const { iat = 0, exp } = decodeJwt(body.access_token)
    expect(body.expires_in).toBe(300)
    expect(exp).toBe(iat + 300)
  })

  it('of a service have the client as the subject, and no user', async () => {
    const { body, status } = await harness.serviceToken()
    expect(status).toBe(200)
    const claims = decodeJwt(body.access_token)
    const { clientId } = harness.server.serviceClient
    expect(claims).toMatchObject({
      sub: clientId,
      cid: clientId,
      scp: ['messages:read'],
      aud: 'api://default',
    })
    expect(claims).not.toHaveProperty('uid')
    expect(claims).not.toHaveProperty('auth_time')
    expect(body).not.toHaveProperty('id_token')
  })
})

describe('ID tokens', () => {
  it('have the client as the audience, the authentication methods, and the hash of the access token', async () => {
    const { body } = await harness.signIn()
    const claims = decodeJwt(body.id_token)
    const atHash = hash('sha256', body.access_token, 'buffer').subarray(0, 16).toString('base64url')
    expect(claims).toMatchObject({
      aud: harness.server.clientId,
      ver: 1,
      iss: harness.server.issuer,
      at_hash: atHash,
    })
    expect(claims.jti).toMatch(/^ID\.[\w-]{43}$/)
    expect(claims.amr).toEqual(['pwd', 'otp', 'mfa'])
    expect(claims.idp).toMatch(/^00o\w{17}$/)
    expect(claims).not.toHaveProperty('scp')
    expect(claims).not.toHaveProperty('cid')
    expect(decodeProtectedHeader(body.id_token)).not.toHaveProperty('typ')
  })

  it('are not issued if openid was not granted', async () => {
    const { body, status } = await harness.signIn('messages:read')
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('id_token')
  })
})

describe('refresh tokens', () => {
  it('are issued with offline_access, and can be exchanged for tokens with the same auth_time', async () => {
    const { body: first } = await harness.signIn('openid offline_access messages:read')
    harness.advance(4000)
    const refresh = { client_id: harness.server.clientId, grant_type: 'refresh_token' }
    const { status, body } = await harness.post('token', { ...refresh, refresh_token: first.refresh_token })
    expect(status).toBe(200)
    const before = decodeJwt(first.access_token)
    const after = decodeJwt(body.access_token)
    expect(after.auth_time).toBe(before.auth_time)
    expect(after.iat).toBe(Math.floor(harness.now / 1000))
    expect(after.scp).toEqual(before.scp)
    expect(after.uid).toBe(before.uid)
    expect(decodeJwt(body.id_token).amr).toEqual(['pwd', 'otp', 'mfa'])
  })

  it('expire after seven days, by the injected clock', async () => {
    const { body } = await harness.signIn('openid offline_access')
    harness.advance(8 * 24 * 3600)
    const refresh = { client_id: harness.server.clientId, grant_type: 'refresh_token' }
    const answer = await harness.post('token', { ...refresh, refresh_token: body.refresh_token })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})
