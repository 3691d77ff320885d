/** What every candidate is configured to accept. The issuer looks like Okta's, so that Okta's own verifier can take part. */
export const ISSUER = 'https://example.okta.com/oauth2/default'
export const AUDIENCE = 'api://default'

export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** What the main process passes to its child processes in their environment. */
export interface Setting {
  /** Folder of the keys and tokens. */
  readonly folder: string
  /** JWK Set on loopback, for libraries that can only fetch keys. */
  readonly jwksUri: string
  /** Folder of the build of version 0.1.0; empty when there is none. */
  readonly firstVersion: string
}

export function settingFromEnvironment(): Setting {
  const { BENCH_FOLDER: folder, BENCH_JWKS_URI: jwksUri, BENCH_FIRST_VERSION: firstVersion } = process.env
  if (folder === undefined || jwksUri === undefined || firstVersion === undefined) {
    throw new Error('This file is started by bench/main.ts')
  }
  return { folder, jwksUri, firstVersion }
}
