import { type Channel, channel } from 'node:diagnostics_channel'
import type { ErrorCode } from './refusal/codes.ts'
import type { RemoteDocumentError } from './refusal/remote-document-error.ts'
import type { StoreError } from './refusal/store-error.ts'

/** Why keys are fetched. */
export type RefreshReason = 'first_use' | 'due' | 'unknown_key' | 'retry'

/**
 * Why the authorization server could not say whether a token is active: it refuses the credentials of the API, limits its
 * calls, is unavailable, or answers something else; or its metadata names no endpoint that may be used.
 */
export type IntrospectionFailure = 'credentials' | 'rate_limit' | 'outage' | 'invalid_answer' | 'endpoint'

/**
 * Messages of the diagnostics channels, by channel name. No message contains a token, and of its claims only the client
 * id, once the signature is verified.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 *
 * subscribe('okta-resource-server:token.refused', (message) => {
 *   const { code, issuer } = message as DiagnosticsMessages['okta-resource-server:token.refused']
 *   console.warn('refused', code, issuer)
 * })
 * ```
 */
export interface DiagnosticsMessages {
  /** A verifier was created by an adapter; says which settings came from environment variables. */
  'okta-resource-server:verifier.configured': {
    readonly fromCode: readonly string[]
    readonly fromEnvironment: readonly string[]
  }
  /** A document is fetched, redirects included; `url` has no query and no credentials. */
  'okta-resource-server:fetch.started': { readonly url: string }
  /** The document was fetched; `maxAge` comes from `Cache-Control`, in seconds. */
  'okta-resource-server:fetch.succeeded': { readonly url: string; readonly maxAge: number | undefined }
  /** The document could not be fetched. */
  'okta-resource-server:fetch.failed': { readonly url: string; readonly error: RemoteDocumentError }
  /** A refresh of an issuer's keys started. */
  'okta-resource-server:refresh.started': { readonly issuer: string; readonly reason: RefreshReason }
  /** A refresh succeeded; `keys`, `added` and `withdrawn` are numbers of keys. */
  'okta-resource-server:refresh.succeeded': {
    readonly issuer: string
    readonly reason: RefreshReason
    readonly keys: number
    readonly added: number
    readonly withdrawn: number
  }
  /** A refresh failed; the last good keys are kept. */
  'okta-resource-server:refresh.failed': {
    readonly issuer: string
    readonly reason: RefreshReason
    readonly error: RemoteDocumentError
  }
  /** The set of keys changed. */
  'okta-resource-server:keys.rotated': {
    readonly issuer: string
    readonly added: number
    readonly withdrawn: number
  }
  /** The authorization server has said whether a token is active. */
  'okta-resource-server:introspection.succeeded': { readonly issuer: string; readonly active: boolean }
  /** The authorization server could not say whether a token is active. The request is refused with 503. */
  'okta-resource-server:introspection.failed': {
    readonly issuer: string
    readonly reason: IntrospectionFailure
    readonly error: RemoteDocumentError
  }
  /** An access token was accepted; `cached` says whether its signature had been verified before. */
  'okta-resource-server:token.accepted': {
    readonly issuer: string
    readonly clientId: string | undefined
    readonly cached: boolean
  }
  /** A request was refused. What is not known about its token is `undefined`. */
  'okta-resource-server:token.refused': {
    readonly code: ErrorCode
    /** The check that failed, as in `explain()`; also `credentials` and `requirements`. */
    readonly check: string
    /** What to do about it: a fixed text for each code. */
    readonly hint: string
    /** The configured issuer that the token names. */
    readonly issuer: string | undefined
    /** Only of a token whose signature was verified. */
    readonly clientId: string | undefined
    readonly cached: boolean
    /** Name of the requirement that failed, such as `scopes` or `claims.department`. */
    readonly requirement: string | undefined
  }
  /** A token was verified and accepted although it refers to a status list, which is not fetched. */
  'okta-resource-server:status.unchecked': { readonly issuer: string }
  /** A store gave no answer about a token: the request was refused with 503, or accepted (`onStoreError: 'accept'`). */
  'okta-resource-server:store.failed': {
    readonly store: 'revocation' | 'replay'
    readonly error: StoreError
    readonly accepted: boolean
  }
  /** A request without credentials was let through, because credentials are optional. */
  'okta-resource-server:request.anonymous': Readonly<Record<string, never>>
}

const named = (name: keyof DiagnosticsMessages): Channel => channel(name)

/** The channels. Check `hasSubscribers` before a message is created, so that it costs nothing without subscribers. */
export const channels = {
  configured: named('okta-resource-server:verifier.configured') as Channel,
  fetchStarted: named('okta-resource-server:fetch.started') as Channel,
  fetchSucceeded: named('okta-resource-server:fetch.succeeded') as Channel,
  fetchFailed: named('okta-resource-server:fetch.failed') as Channel,
  refreshStarted: named('okta-resource-server:refresh.started') as Channel,
  refreshSucceeded: named('okta-resource-server:refresh.succeeded') as Channel,
  refreshFailed: named('okta-resource-server:refresh.failed') as Channel,
  keysRotated: named('okta-resource-server:keys.rotated') as Channel,
  introspectionSucceeded: named('okta-resource-server:introspection.succeeded') as Channel,
  introspectionFailed: named('okta-resource-server:introspection.failed') as Channel,
  tokenAccepted: named('okta-resource-server:token.accepted') as Channel,
  tokenRefused: named('okta-resource-server:token.refused') as Channel,
  statusUnchecked: named('okta-resource-server:status.unchecked') as Channel,
  storeFailed: named('okta-resource-server:store.failed') as Channel,
  requestAnonymous: named('okta-resource-server:request.anonymous') as Channel,
}
