import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { Harness } from './harness.ts'

const ONE = 'urn:okta:loa:1fa:any'
const TWO = 'urn:okta:loa:2fa:any'
const harness = new Harness({
  knobs: { otpRateLimit: false },
  users: [{ username: 'grace', password: 'correct horse', state: 'not-enrolled' }],
})
beforeEach(() => {
  harness.server.knobs.factors = 1
})

describe('acr_values', () => {
  it('that are not sent lead to a token without acr, however many factors the user proved', async () => {
    const { body } = await harness.passwordStep()
    expect(decodeJwt(body.access_token)).not.toHaveProperty('acr')
    harness.server.knobs.factors = 2
    expect(decodeJwt((await harness.signIn()).body.access_token)).not.toHaveProperty('acr')
  })

  it('of one factor are met by the password', async () => {
    const { body } = await harness.passwordStep({ acr_values: ONE })
    expect(decodeJwt(body.access_token).acr).toBe(ONE)
  })

  it('of two factors require an OTP, even if the policy does not', async () => {
    const { status, body } = await harness.passwordStep({ acr_values: TWO })
    expect([status, body.error]).toEqual([403, 'mfa_required'])
    const { body: tokens } = await harness.otpStep(body.mfa_token, { otp: harness.freshOtp() })
    expect(decodeJwt(tokens.access_token).acr).toBe(TWO)
  })

  it('of two factors if possible require one from a user who has no other', async () => {
    const user = { username: 'grace', password: 'correct horse', acr_values: `${TWO}:ifpossible` }
    expect(decodeJwt((await harness.passwordStep(user)).body.access_token).acr).toBe(`${TWO}:ifpossible`)
    expect((await harness.passwordStep({ acr_values: `${TWO}:ifpossible` })).status).toBe(403)
  })

  it('are chosen in their order; unknown ones are ignored', async () => {
    const acrOf = async (acrValues: string) =>
      decodeJwt((await harness.passwordStep({ acr_values: acrValues })).body.access_token).acr
    expect(await acrOf(`typo phr ${ONE} ${TWO}`)).toBe(ONE)
    expect(await acrOf('urn:okta:loa:2fa:anyy')).toBeUndefined()
  })

  it('that cannot be met are an error', async () => {
    const { status, body } = await harness.passwordStep({ acr_values: 'phr phrh' })
    expect([status, body.error]).toEqual([400, 'unmet_authentication_requirements'])
  })

  it('and auth_time are kept when a token is refreshed', async () => {
    const scope = 'openid offline_access'
    const mfaToken = await harness.mfaToken({ scope, acr_values: TWO })
    const { body } = await harness.otpStep(mfaToken, { scope, otp: harness.freshOtp() })
    const before = decodeJwt(body.access_token)
    harness.advance(600)
    const refreshed = await harness.post('token', {
      client_id: harness.server.clientId,
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
    })
    const after = decodeJwt(refreshed.body.access_token)
    expect(after.iat).toBe(Number(before.iat) + 600)
    expect([after.acr, after.auth_time]).toEqual([TWO, before.auth_time])
  })
})
