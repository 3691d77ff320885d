import type { ProfileName } from '@okta-resource-server/core'

/** The signature algorithms with which each server issues tokens. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** An authorization server of another project, on the loopback interface. */
export interface ForeignServer {
  readonly issuer: string
  /** The profile of its access tokens. */
  readonly profile: ProfileName
  /** The audience of its tokens, which may differ by algorithm. */
  readonly audience: (algorithm: Algorithm) => string
  /** Requests a token with the grant `client_credentials`. */
  readonly accessToken: (wanted: {
    readonly algorithm: Algorithm
    readonly scope: string
    readonly audience?: string
  }) => Promise<string>
  readonly stop: () => Promise<void>
}

/** Sends a form to a token endpoint, and returns the token of the response. */
export async function requestToken(
  endpoint: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(10_000),
  })
  const answer = (await response.json()) as { access_token?: unknown }
  if (typeof answer.access_token !== 'string') {
    throw new Error(`The token endpoint answered ${response.status}: ${JSON.stringify(answer)}`)
  }
  return answer.access_token
}
