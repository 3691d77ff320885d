import type { ClientOptions } from './options.ts'
import { base64url, oktaId } from './random.ts'

export const PASSWORD = 'password'
export const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'
export const CLIENT_CREDENTIALS = 'client_credentials'
export const REFRESH_TOKEN = 'refresh_token'
export const GRANT_TYPES: readonly string[] = [PASSWORD, MFA_OTP, CLIENT_CREDENTIALS, REFRESH_TOKEN]

/** The clients that every server has: one of each kind that Okta's guides set up. */
export interface BuiltInClients {
  /** The guide's native application: public, direct authentication ticked. */
  native: ClientOptions
  /** The same, with a secret. */
  confidential: ClientOptions & { client_secret: string }
  /** A service application. */
  service: ClientOptions & { client_secret: string }
  /** A native application where MFA OTP was not ticked. */
  passwordOnly: ClientOptions
}

export function builtInClients(): BuiltInClients {
  const direct = [PASSWORD, MFA_OTP, REFRESH_TOKEN]
  return {
    native: { ...client('none'), grant_types: direct },
    confidential: { ...confidentialClient(), grant_types: direct },
    service: { ...confidentialClient(), grant_types: [CLIENT_CREDENTIALS] },
    passwordOnly: { ...client('none'), grant_types: [PASSWORD] },
  }
}

function client(method: 'none' | 'client_secret_basic') {
  return { client_id: oktaId('0oa'), token_endpoint_auth_method: method }
}

function confidentialClient() {
  return { ...client('client_secret_basic'), client_secret: base64url(64) }
}

/** As oidc-provider wants it: no client here uses the authorization endpoint. */
export function clientMetadata(options: ClientOptions): object {
  return { redirect_uris: [], response_types: [], ...options }
}
