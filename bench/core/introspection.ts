import type { AccessTokenVerifierOptions } from '@okta-resource-server/core'
import { introspectionAnswer, rsaKeyOf } from '../introspection-endpoint.ts'
import { libraryOf, requestWith, type TokenRequest } from '../library.ts'
import { AUDIENCE, ISSUER, type Setting } from '../policy.ts'
import type { Candidate } from './candidates.ts'
import { jwksOf } from './peers.ts'

/** An introspection endpoint within the process. */
function endpointOf(setting: Setting): typeof globalThis.fetch {
  const key = rsaKeyOf(jwksOf(setting))
  return async (_url, init) => Response.json(introspectionAnswer(String(init?.body), key))
}

/** Options with which answers are kept for as long as the run takes. */
export const introspectionOptions = (when: 'always' | 'only', fetch: typeof globalThis.fetch) =>
  ({
    fetch,
    introspection: {
      clientId: 'bench',
      clientSecret: 'bench',
      endpoint: `${ISSUER}/v1/introspect`,
      when,
      cacheMaxAge: 3_600_000,
      maxCallsPerMinute: 100_000,
    },
  }) satisfies Partial<AccessTokenVerifierOptions>

/** `decide` about tokens that the authorization server is asked about. */
export const introspects: Candidate['make'] = async (setting) => {
  const { createVerifier, decide } = await libraryOf('this library', setting)
  const options = introspectionOptions('only', endpointOf(setting))
  const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE, ...options })
  return { prepare: requestWith, verify: (request: TokenRequest) => decide(verifier, request) }
}
