import type { X509Certificate } from 'node:crypto'
import {
  AuthorizationServerUnavailableError,
  type Explanation,
  RemoteDocumentError,
  type RequestLike,
} from '@okta-resource-server/core'
import { adapterSettings } from '@okta-resource-server/core/adapter'
import type { Arguments } from './arguments.ts'
import { keysIn, observingFetch, type PublishedKey } from './observe.ts'

/** What was read from standard input. */
export interface Credentials {
  readonly token: string
  /** `undefined`: there is no second line. */
  readonly proof: string | undefined
}

/** What is wrong beside the token, and how to fix it. */
export interface Problem {
  /** A code of the library, or `clock_difference`. */
  readonly code: string
  readonly message: string
}

/** Everything that was found. */
export interface Diagnosis {
  readonly issuer: string
  /** The documents that were requested, in their order. */
  readonly documents: readonly {
    readonly url: string
    readonly status: number | undefined
    readonly kind: 'metadata' | 'keys' | 'introspection' | 'other'
    /** The issuer that the metadata names. */
    readonly issuer?: string
  }[]
  readonly keys: readonly PublishedKey[]
  /** Number of keys that can be used. */
  readonly usableKeys: number
  /** Seconds by which the clock of the authorization server is ahead. */
  readonly clockDifference: number | undefined
  readonly problems: readonly Problem[]
  /** Why the token is accepted or refused; `undefined` if there is none. */
  readonly token: Explanation | undefined
  /** The exit status. */
  readonly status: 0 | 1 | 2 | 3
}

/** Failures that time may cure. All others need another configuration, here or at the authorization server. */
function isOutage({ code, status }: Pick<RemoteDocumentError, 'code' | 'status'>): boolean {
  if (code === 'http_status') return status === undefined || status >= 500 || status === 429
  return code === 'network' || code === 'timeout'
}

const FIXES: Readonly<Partial<Record<string, string>>> = {
  issuer_mismatch: 'Set the issuer to the one that the metadata names, if that is your authorization server.',
  http_status:
    'Check the issuer: its metadata is not there. Or name it with --metadata-uri, or the keys with --jwks-uri.',
  endpoint_not_allowed: 'If it is yours, name it with --introspection-endpoint.',
  no_usable_key: 'The authorization server publishes no signature key of an accepted algorithm.',
}

/** The exit status for a token that is not accepted: 1, unless the authorization server could not be asked about it. */
function statusOf({ code, checks }: Explanation): 1 | 2 | 3 {
  if (code !== 'introspection_unavailable') return 1
  const { cause, status } = checks.find((row) => row.code === code)?.found ?? {}
  return isOutage({ code: cause, status } as RemoteDocumentError) ? 3 : 2
}

function documentsOf(documents: ReturnType<typeof observingFetch>['documents']): Diagnosis['documents'] {
  return documents.map(({ url, status, json, isAnswer }) => {
    if (isAnswer) return { url, status, kind: 'introspection' }
    if (keysIn(json) !== undefined) return { url, status, kind: 'keys' }
    const issuer = (json as { issuer?: unknown } | null | undefined)?.issuer
    if (typeof issuer === 'string') return { url, status, kind: 'metadata', issuer: issuer.slice(0, 200) }
    return { url, status, kind: 'other' }
  })
}

/** The difference that is farthest from none. */
function largestOf(differences: readonly (number | undefined)[]): number | undefined {
  const known = differences.filter((difference) => difference !== undefined)
  return known.sort((one, other) => Math.abs(other) - Math.abs(one))[0]
}

/** The token, or the request that brings it: with a proof, or over a connection with the certificate of the client. */
function toExplain(
  { token, proof }: Credentials,
  request: Arguments['request'],
  certificate: X509Certificate | undefined,
): string | RequestLike {
  if (request === undefined && certificate === undefined) return token
  return {
    ...request,
    headers:
      request === undefined
        ? { authorization: `Bearer ${token}` }
        : { authorization: `DPoP ${token}`, dpop: proof ?? '' },
    ...(certificate && { socket: { getPeerX509Certificate: () => certificate } }),
  } as RequestLike
}

/** Why a document could not be fetched. */
async function failureOf(ready: Promise<void>): Promise<RemoteDocumentError | undefined> {
  try {
    await ready
    return undefined
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown }
    if (error instanceof AuthorizationServerUnavailableError && cause instanceof RemoteDocumentError)
      return cause
    throw error
  }
}

/**
 * Finds out what a verifier with these options finds, and why it accepts or refuses the token.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 */
export async function diagnose(
  { options, requirements, request }: Pick<Arguments, 'options' | 'requirements' | 'request'>,
  credentials: Credentials | undefined,
  certificate?: X509Certificate,
): Promise<Diagnosis> {
  const { fetch, documents } = observingFetch()
  const { verifier } = adapterSettings({ ...options, fetch } as typeof options)
  const problems: Problem[] = []
  let status: Diagnosis['status'] = 0
  try {
    const failure = await failureOf(verifier.ready())
    if (failure !== undefined) {
      status = isOutage(failure) ? 3 : 2
      const message = [failure.message, FIXES[failure.code]].filter(Boolean).join('. ')
      problems.push({ code: failure.code, message })
    }
    const explanation =
      credentials === undefined
        ? undefined
        : await verifier.explain(toExplain(credentials, request, certificate), requirements)
    if (explanation?.accepted === false && status === 0) status = statusOf(explanation)
    const clockDifference = largestOf(documents.map((document) => document.clockDifference))
    const { clockTolerance = 5 } = options as { readonly clockTolerance?: number }
    if (clockDifference !== undefined && Math.abs(clockDifference) > clockTolerance) {
      const message = `The clocks differ by ${Math.abs(clockDifference)} s, more than the tolerance of ${clockTolerance} s. Correct the clock that is wrong (NTP).`
      problems.push({ code: 'clock_difference', message })
    }
    const { issuer, keys: usableKeys } = verifier.status().issuers[0] as { issuer: string; keys: number }
    return {
      issuer,
      documents: documentsOf(documents),
      keys: documents.flatMap(({ json }) => keysIn(json) ?? []),
      usableKeys,
      clockDifference,
      problems,
      token: explanation,
      status,
    }
  } finally {
    verifier.close()
  }
}
