import { errors } from 'oidc-provider'

/** An OAuth error, `{ error, error_description }`, that oidc-provider sends unchanged. */
export class OAuthError extends errors.OIDCProviderError {
  override readonly error_description: string

  constructor(status: number, error: string, description: string) {
    super(status, error)
    this.error_description = description
  }

  toJSON(): { error: string; error_description: string } {
    return { error: this.error, error_description: this.error_description }
  }
}
