import type { ProfileName } from '@okta-resource-server/core'

/** The signature algorithms that each foreign server issues tokens with. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** An authorization server of somebody else's making, listening on the loopback interface. */
export interface ForeignServer {
  readonly issuer: string
  /** How its access tokens are marked. */
  readonly profile: ProfileName
  /** What its tokens name as audience, apart for each algorithm. */
  readonly audience: (algorithm: Algorithm) => string
  /** Asks the token endpoint, by `client_credentials`. */
  readonly accessToken: (wanted: {
    readonly algorithm: Algorithm
    readonly scope: string
    readonly audience?: string
  }) => Promise<string>
  readonly stop: () => Promise<void>
}

/** A form sent to a token endpoint; the token that came back. */
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
