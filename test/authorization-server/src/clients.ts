import type { ClientOptions } from './options.ts'
import { base64url, oktaId } from './random.ts'

export const PASSWORD = 'password'
export const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'
export const CLIENT_CREDENTIALS = 'client_credentials'
export const REFRESH_TOKEN = 'refresh_token'
export const GRANT_TYPES: readonly string[] = [PASSWORD, MFA_OTP, CLIENT_CREDENTIALS, REFRESH_TOKEN]

/** The clients that every server has: one for each kind of client in Okta's guides. */
export interface BuiltInClients {
  /** The native application of the MFA OTP guide: a public client with the direct authentication grants. */
  native: ClientOptions
  /** The same, as a confidential client. */
  confidential: ClientOptions & { client_secret: string }
  /** A service application. */
  service: ClientOptions & { client_secret: string }
  /** A native application without the MFA OTP grant. */
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

/** Adds the members that oidc-provider requires. No client here uses the authorization endpoint. */
export function clientMetadata(options: ClientOptions): object {
  return { redirect_uris: [], response_types: [], ...options }
}
