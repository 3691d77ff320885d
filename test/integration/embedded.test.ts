import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { fetchTokens, MfaOtpRefusedError, totp } from '@okta-resource-server/mfa-otp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFlow, type SignIn } from './flow.ts'

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer({ knobs: { otpRateLimit: false } })
})
afterAll(async () => {
  await server?.stop()
})

function signIn(): SignIn {
  const { issuer, audience, clientId, username, password, totpSecret } = server
  const scope = 'openid profile messages:read'
  return {
    issuer,
    audience,
    clientId,
    username,
    password,
    otp: () => totp(totpSecret),
    scope,
    hasMessagesScope: true,
  }
}

describe('the MFA OTP flow against the embedded authorization server', () => {
  describeFlow(signIn)
})

describe('variations of the MFA OTP flow', () => {
  test('a confidential client authenticates with its secret', async () => {
    const fresh = await startAuthorizationServer()
    try {
      const { issuer, username, password, totpSecret, confidentialClient } = fresh
      const otp = (): string => totp(totpSecret)
      const tokens = await fetchTokens({
        issuer,
        ...confidentialClient,
        username,
        password,
        otp,
        scope: 'openid',
      })
      expect(tokens.scope).toBe('openid')
    } finally {
      await fresh.stop()
    }
  })

  test('if one factor is enough, the first request returns the tokens and otp is not called', async () => {
    const fresh = await startAuthorizationServer({ knobs: { factors: 1 } })
    try {
      const { issuer, clientId, username, password } = fresh
      const otp = (): string => {
        throw new Error('otp was called')
      }
      const tokens = await fetchTokens({ issuer, clientId, username, password, otp, scope: 'openid' })
      expect(tokens.access_token).toBeTypeOf('string')
    } finally {
      await fresh.stop()
    }
  })

  test('a wrong password and a wrong OTP are refused, each with its own code and advice', async () => {
    const wait = async (): Promise<void> => {}
    const wrongPassword = await fetchTokens({ ...signIn(), password: 'wrong' }).catch(
      (error: unknown) => error,
    )
    const wrongOtp = await fetchTokens({ ...signIn(), otp: () => '000000', wait }).catch(
      (error: unknown) => error,
    )

    expect(wrongPassword).toBeInstanceOf(MfaOtpRefusedError)
    expect(wrongPassword).toMatchObject({ code: 'invalid_credentials', status: 400, error: 'invalid_grant' })
    expect(wrongOtp).toMatchObject({
      code: 'wrong_otp',
      status: 400,
      error: 'invalid_grant',
      step: 'mfa-otp',
    })
    expect((wrongOtp as MfaOtpRefusedError).advice).not.toBe('')
  })
})
