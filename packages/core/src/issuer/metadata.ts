import type { IssuerConfiguration } from '../options/issuer.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { warnOnce } from '../warnings.ts'
import { type FetchJsonOptions, fetchJson, isFetchable } from './http.ts'

/** The members of authorization server metadata that a resource server needs (RFC 8414, section 2). */
export interface AuthorizationServerMetadata {
  /** Where the document was found. */
  readonly url: string
  readonly jwksUri: string
}

/** What decides where metadata is, and what it may say. */
export type MetadataConfiguration = Pick<
  IssuerConfiguration,
  'issuer' | 'isFixed' | 'metadataUri' | 'jwksHosts'
>

/**
 * The URLs where the metadata of an issuer can be, the most likely first: Okta appends to the path of the issuer, RFC 8414
 * inserts before it, OpenID Connect Discovery appends, and some insert that as well.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.1 RFC 8414, section 3.1}
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig OpenID Connect Discovery 1.0, section 4}
 */
export function metadataUrls({ issuer, metadataUri }: MetadataConfiguration): readonly string[] {
  if (metadataUri !== undefined) return [metadataUri]
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const inserted = `${origin}/.well-known/oauth-authorization-server${path}`
  const appended = `${origin}${path}/.well-known/oauth-authorization-server`
  const openid = `${origin}${path}/.well-known/openid-configuration`
  const openidInserted = `${origin}/.well-known/openid-configuration${path}`
  const ordered = /^\/oauth2\/[^/]+$/.test(path) ? [appended, openid, inserted] : [openid, inserted, appended]
  return [...new Set([...ordered, openidInserted])]
}

/** Failures that mean "not here", so that the next URL may still work. */
function isElsewhere({ code, status }: RemoteDocumentError): boolean {
  if (code === 'http_status') return status !== undefined && status !== 429
  return ['invalid_json', 'wrong_shape', 'issuer_mismatch', 'redirect_refused'].includes(code)
}

/** How much a failure says about what is wrong: a document with an error more than another page or a missing one. */
function significance({ code, status = 0 }: RemoteDocumentError): number {
  if (code === 'http_status') return status < 500 ? 0 : 2
  return code === 'invalid_json' || code === 'redirect_refused' ? 1 : 3
}

function readMetadata(
  url: string,
  configuration: MetadataConfiguration,
  json: unknown,
  allowInsecureHttp: boolean,
): AuthorizationServerMetadata {
  const { issuer, jwksHosts } = configuration
  const fail = (code: RemoteDocumentError['code'], what: string): RemoteDocumentError =>
    new RemoteDocumentError(code, url, `${url}: ${what}`)
  if (typeof json !== 'object' || json === null) throw fail('wrong_shape', 'the metadata is not an object')
  const metadata = json as Readonly<Record<string, unknown>>
  if (typeof metadata.issuer !== 'string') throw fail('wrong_shape', 'the metadata has no issuer')
  if (metadata.issuer !== issuer) {
    if (metadata.issuer === `${issuer}/` || `${metadata.issuer}/` === issuer) {
      const change = metadata.issuer.endsWith('/')
        ? 'has a slash at its end: add it to'
        : 'has no slash at its end: remove it from'
      warnOnce(
        'ORS_ISSUER_SLASH',
        configuration,
        `The issuer that the authorization server names ${change} the option issuer.`,
      )
    }
    throw fail(
      'issuer_mismatch',
      'the metadata has another issuer (RFC 8414, section 3.3); compare it with the configured one, including a trailing slash',
    )
  }
  const { jwks_uri: jwksUri } = metadata
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri))
    throw fail('wrong_shape', 'the metadata has no jwks_uri')
  const target = new URL(jwksUri)
  const downgraded = url.startsWith('https:') && target.protocol !== 'https:' && !allowInsecureHttp
  if (downgraded || !isFetchable(target, allowInsecureHttp))
    throw fail('insecure_url', 'the jwks_uri is not https')
  if (jwksHosts !== undefined && !jwksHosts.has(target.host)) {
    throw fail(
      'jwks_host_not_allowed',
      'the jwks_uri is on another host; if it is yours, list it in jwksHosts',
    )
  }
  return { url, jwksUri }
}

/**
 * Fetches the metadata of an issuer. Only a document with exactly this issuer is accepted.
 *
 * @param known - the URL that worked before. It is tried first, and if the server is down, no other is.
 * @throws {RemoteDocumentError} the most significant of the failures
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3 RFC 8414, section 3}
 */
export async function fetchMetadata(
  configuration: MetadataConfiguration,
  options: FetchJsonOptions,
  known?: string,
): Promise<AuthorizationServerMetadata> {
  let mostSignificant: RemoteDocumentError | undefined
  const urls = metadataUrls(configuration)
  for (const url of known === undefined ? urls : new Set([known, ...urls])) {
    try {
      const { json } = await fetchJson(url, options)
      return readMetadata(url, configuration, json, options.allowInsecureHttp)
    } catch (error) {
      if (!(error instanceof RemoteDocumentError)) throw error
      if (mostSignificant === undefined || significance(error) > significance(mostSignificant))
        mostSignificant = error
      const isDown = error.status !== undefined && error.status >= 500 && known !== undefined
      if (!isElsewhere(error) || isDown) throw error
    }
  }
  throw mostSignificant as RemoteDocumentError
}

/** Milliseconds after which metadata is fetched again; the JWK Set may have moved. */
const METADATA_MAX_AGE = 86_400_000
/** Milliseconds between attempts while metadata cannot be fetched. */
const METADATA_RETRY = 300_000

/** The metadata of one issuer. While it cannot be fetched, the last good one is used for as long as stale keys are. */
export class MetadataCache {
  readonly #configuration: IssuerConfiguration
  #known: (AuthorizationServerMetadata & { readonly fetchedAt: number }) | undefined
  #refetchAt = Number.NEGATIVE_INFINITY
  #lastError: RemoteDocumentError | undefined

  constructor(configuration: IssuerConfiguration) {
    this.#configuration = configuration
  }

  /** Whether the URL of the JWK Set is known. */
  get isKnown(): boolean {
    return this.#configuration.jwksUri !== undefined || this.#known !== undefined
  }

  /** Why the last attempt failed; `undefined` after a success. */
  get lastError(): RemoteDocumentError | undefined {
    return this.#lastError
  }

  /** Has metadata fetched again, because the JWK Set could not be fetched from where it says. */
  invalidate(): void {
    this.#refetchAt = Number.NEGATIVE_INFINITY
  }

  /**
   * The URL of the JWK Set.
   *
   * @throws {RemoteDocumentError} metadata cannot be fetched, and none is known that can still be used
   */
  async jwksUri(options: FetchJsonOptions): Promise<string> {
    const { jwksUri, clock, staleIfError } = this.#configuration
    if (jwksUri !== undefined) return jwksUri
    const now = clock.elapsed()
    if (this.#known !== undefined && now - this.#known.fetchedAt >= METADATA_MAX_AGE + staleIfError) {
      this.#known = undefined
    }
    if (this.#known !== undefined && now < this.#refetchAt) return this.#known.jwksUri
    // Set before the request: if it hangs until the time limit, the next refresh goes straight to the keys.
    this.#refetchAt = now + METADATA_RETRY
    try {
      const metadata = await fetchMetadata(this.#configuration, options, this.#known?.url)
      this.#known = { ...metadata, fetchedAt: clock.elapsed() }
      this.#refetchAt = clock.elapsed() + METADATA_MAX_AGE
      this.#lastError = undefined
      return metadata.jwksUri
    } catch (error) {
      this.#lastError = error as RemoteDocumentError
      if (this.#known === undefined || options.signal.aborted) throw error
      return this.#known.jwksUri
    }
  }
}
