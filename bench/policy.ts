/** What every candidate is told to accept; Okta's shape, so that Okta's own verifier takes part. */
export const ISSUER = 'https://example.okta.com/oauth2/default'
export const AUDIENCE = 'api://default'

export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** The environment that the main process hands to its children. */
export interface Setting {
  /** Where keys and tokens lie. */
  readonly folder: string
  /** The loopback JWK Set, for those who insist on fetching. */
  readonly jwksUri: string
}

export function settingFromEnvironment(): Setting {
  const { BENCH_FOLDER: folder, BENCH_JWKS_URI: jwksUri } = process.env
  if (folder === undefined || jwksUri === undefined) throw new Error('This is started by bench/main.ts')
  return { folder, jwksUri }
}
