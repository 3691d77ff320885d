import { fromEnvironment } from '@okta-resource-server/mfa-otp'
import { describe, test } from 'vitest'
import { describeFlow } from './flow.ts'

const credentials = fromEnvironment()
const audience = process.env.OKTA_OAUTH2_AUDIENCE

if (credentials !== undefined && audience) {
  describe('the MFA OTP flow against a real Okta org', () => {
    const scope = process.env.OKTA_SCOPE ?? 'openid profile'
    describeFlow(() => ({
      ...credentials,
      audience,
      scope,
      hasMessagesScope: scope.split(' ').includes('messages:read'),
    }))
  })
} else {
  test('the MFA OTP flow against a real Okta org', ({ skip }) => {
    skip('OKTA_OAUTH2_AUDIENCE, OKTA_USERNAME, OKTA_PASSWORD and OKTA_TOTP_SECRET are not all set')
  })
}
