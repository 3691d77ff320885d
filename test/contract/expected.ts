import { inspect } from 'node:util'
import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import type { Case } from './case.ts'
import { errorNameOf } from './cases.ts'

/** What a client gets to see, apart from the body. */
export interface Expected {
  readonly status: number
  /** The whole `WWW-Authenticate` header. */
  readonly challenge: string | undefined
  readonly cacheControl: string | undefined
  /** Whether there is a `Retry-After` of at least a second. */
  readonly retryAfter: boolean
  /** Whether there is a nonce for the next DPoP proof. */
  readonly nonce: boolean
}

const STATUSES = {
  MissingTokenError: [401, undefined],
  InvalidRequestError: [400, 'invalid_request'],
  InvalidTokenError: [401, 'invalid_token'],
  InvalidProofError: [401, 'invalid_dpop_proof'],
  ProofNonceError: [401, 'use_dpop_nonce'],
  InsufficientScopeError: [403, 'insufficient_scope'],
  InsufficientUserAuthenticationError: [401, 'insufficient_user_authentication'],
} as const

/** What every challenge of the scheme DPoP says of the proofs (RFC 9449 section 7.1). */
const ALGORITHMS = 'algs="ES256 ES384 ES512 Ed25519 EdDSA RS256 PS256"'

/** The answer that RFC 6750 section 3 asks for, with the description that core's catalogue has for the code. */
export function expectedAnswer({
  outcome,
  scope,
  scheme = 'Bearer',
  challenges = scheme === 'Bearer' ? ['Bearer'] : ['Bearer', 'DPoP'],
  acrValues,
  maxAge,
  resourceMetadata,
}: Pick<Case<never>, 'outcome' | 'scope' | 'scheme' | 'challenges' | 'acrValues' | 'maxAge'> & {
  readonly resourceMetadata?: string | undefined
}): Expected {
  const refused = { cacheControl: 'no-store', retryAfter: false, nonce: false }
  const name = errorNameOf(outcome)
  if (name === undefined) {
    return { status: 200, challenge: undefined, cacheControl: undefined, retryAfter: false, nonce: false }
  }
  if (name === 'AuthorizationServerUnavailableError') {
    return { ...refused, status: 503, challenge: undefined, retryAfter: true }
  }
  if (name === 'ConfigurationError') throw new Error(`${outcome} is not the outcome of a request`)
  const [status, error] = STATUSES[name]
  const texts: Readonly<Record<string, string>> = ERROR_CATALOGUE[name]
  const scopes = scope === undefined ? [] : [`scope="${scope}"`]
  const errors = error === undefined ? [] : [`error="${error}"`, `error_description="${texts[outcome]}"`]
  if (acrValues !== undefined) errors.push(`acr_values="${acrValues}"`)
  if (maxAge !== undefined) errors.push(`max_age="${maxAge}"`)
  const parameters = challenges.flatMap((each) => [
    `${each} realm="api"`,
    ...(each === scheme || !challenges.includes(scheme) ? errors : []),
    ...scopes,
    ...(each === 'DPoP' ? [ALGORITHMS] : []),
    ...(resourceMetadata === undefined ? [] : [`resource_metadata="${resourceMetadata}"`]),
  ])
  return { ...refused, status, challenge: parameters.join(', '), nonce: name === 'ProofNonceError' }
}

/** What the headers of an answer say, in the same form. */
export function answerOf(status: number, headers: Readonly<Record<string, string>>): Expected {
  return {
    status,
    challenge: headers['www-authenticate'],
    cacheControl: status === 200 ? undefined : headers['cache-control'],
    retryAfter: Number(headers['retry-after']) >= 1,
    nonce: headers['dpop-nonce'] !== undefined,
  }
}

/** Everything that can be read in a value, hidden properties included. */
export const shown = (value: unknown): string =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null })

/** The longer parts of what was sent that a text contains. */
export function leaksOf(sent: readonly string[], text: string): string[] {
  const parts = sent.flatMap((line) => line.split(/[\s.]+/, 100)).filter(({ length }) => length >= 30)
  return parts.map((part) => part.slice(0, 30)).filter((part) => text.includes(part))
}

/** The stack frames in a text. */
export const stacksIn = (text: string): string[] => text.match(/\bat .*:\d+:\d+|node_modules/g) ?? []
