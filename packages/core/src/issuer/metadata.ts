import { isFetchable } from '../options/checks.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { warnOnce } from '../warnings.ts'
import { type FetchJsonOptions, fetchJson } from './http.ts'

/** A document that metadata was found in, and the address that was looked for in it. */
export interface FoundAddress {
  /** Where the document was found. */
  readonly url: string
  readonly address: string
}

/** What decides where metadata is, and what it may say. */
export type MetadataConfiguration = Pick<
  IssuerConfiguration,
  'issuer' | 'isFixed' | 'metadataUri' | 'jwksHosts'
>

type Metadata = Readonly<Record<string, unknown>>
type Fail = (code: RemoteDocumentError['code'], what: string) => RemoteDocumentError

interface Found {
  readonly name: string
  readonly value: unknown
  /** It comes from `mtls_endpoint_aliases`. */
  readonly isAlias?: boolean
}

/** An address in the metadata, and the rules for it. */
export interface Member {
  /** The address that is configured, so that metadata is not needed. */
  readonly configured: (configuration: IssuerConfiguration) => string | undefined
  /** The address and its name in the metadata. */
  readonly find: (metadata: Metadata) => Found
  /** @throws {RemoteDocumentError} the address is not accepted */
  readonly check: (target: URL, configuration: MetadataConfiguration, fail: Fail, isAlias: boolean) => void
}

/** The `jwks_uri` (RFC 8414, section 2). */
export const JWKS_URI: Member = {
  configured: ({ jwksUri }) => jwksUri,
  find: ({ jwks_uri: value }) => ({ name: 'jwks_uri', value }),
  check: ({ host }, { jwksHosts }, fail) => {
    if (jwksHosts === undefined || jwksHosts.has(host)) return
    throw fail(
      'jwks_host_not_allowed',
      'the jwks_uri is on another host; if it is yours, list it in jwksHosts',
    )
  },
}

/** The alias for clients that authenticate by mutual TLS (RFC 8705, section 5). */
function mtlsAlias({ mtls_endpoint_aliases: aliases }: Metadata): unknown {
  return (aliases as { readonly introspection_endpoint?: unknown } | null | undefined)?.introspection_endpoint
}

/** The `introspection_endpoint` (RFC 8414, section 2). It gets tokens and credentials, so it is on the issuer's origin. */
export function introspectionEndpoint(usesMtls: boolean): Member {
  return {
    configured: ({ introspection }) => introspection?.endpoint,
    find: (metadata) => {
      const alias = usesMtls ? mtlsAlias(metadata) : undefined
      return alias === undefined
        ? { name: 'introspection_endpoint', value: metadata.introspection_endpoint }
        : { name: 'introspection_endpoint of mtls_endpoint_aliases', value: alias, isAlias: true }
    },
    check: ({ origin }, { issuer, metadataUri }, fail, isAlias) => {
      // Without either, no metadata was found.
      const own = URL.canParse(issuer) ? issuer : (metadataUri as string)
      if (isAlias || new URL(own).origin === origin) return
      throw fail(
        'endpoint_not_allowed',
        'the introspection_endpoint is on another origin than the issuer; if it is yours, set introspection.endpoint to it',
      )
    },
  }
}

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
  if (code === 'http_status') return status !== 429
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
  member: Member,
): FoundAddress {
  const { issuer } = configuration
  const fail: Fail = (code, what) => new RemoteDocumentError(code, url, `${url}: ${what}`)
  if (typeof json !== 'object' || json === null) throw fail('wrong_shape', 'the metadata is not an object')
  const metadata = json as Metadata
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
  const { name, value, isAlias = false } = member.find(metadata)
  if (typeof value !== 'string' || !URL.canParse(value))
    throw fail('wrong_shape', `the metadata has no ${name}`)
  const target = new URL(value)
  const downgraded = url.startsWith('https:') && target.protocol !== 'https:' && !allowInsecureHttp
  if (downgraded || !isFetchable(target, allowInsecureHttp))
    throw fail('insecure_url', `the ${name} is not https`)
  member.check(target, configuration, fail, isAlias)
  return { url, address: value }
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
  member: Member = JWKS_URI,
): Promise<FoundAddress> {
  let mostSignificant: RemoteDocumentError | undefined
  const urls = metadataUrls(configuration)
  for (const url of known === undefined ? urls : new Set([known, ...urls])) {
    try {
      const { json } = await fetchJson(url, options)
      return readMetadata(url, configuration, json, options.allowInsecureHttp, member)
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

/** An address in the metadata of one issuer. While it cannot be fetched, the last good one is used for as long as stale keys are. */
export class MetadataCache {
  readonly #configuration: IssuerConfiguration
  readonly #member: Member
  #known: (FoundAddress & { readonly fetchedAt: number }) | undefined
  #refetchAt = Number.NEGATIVE_INFINITY
  #lastError: RemoteDocumentError | undefined

  constructor(configuration: IssuerConfiguration, member: Member = JWKS_URI) {
    this.#configuration = configuration
    this.#member = member
  }

  /** Whether the address is known. */
  get isKnown(): boolean {
    return this.#member.configured(this.#configuration) !== undefined || this.#known !== undefined
  }

  /** Why the last attempt failed; `undefined` after a success. */
  get lastError(): RemoteDocumentError | undefined {
    return this.#lastError
  }

  /** Has metadata fetched again, because the address does not work. */
  invalidate(): void {
    this.#refetchAt = Number.NEGATIVE_INFINITY
  }

  /**
   * The address.
   *
   * @throws {RemoteDocumentError} metadata cannot be fetched, and none is known that can still be used
   */
  async address(options: FetchJsonOptions): Promise<string> {
    const { clock, staleIfError } = this.#configuration
    const configured = this.#member.configured(this.#configuration)
    if (configured !== undefined) return configured
    const now = clock.elapsed()
    if (this.#known !== undefined && now - this.#known.fetchedAt >= METADATA_MAX_AGE + staleIfError) {
      this.#known = undefined
    }
    if (this.#known !== undefined && now < this.#refetchAt) return this.#known.address
    // Set before the request: if it hangs until the time limit, the next refresh goes straight to the keys.
    this.#refetchAt = now + METADATA_RETRY
    try {
      const found = await fetchMetadata(this.#configuration, options, this.#known?.url, this.#member)
      this.#known = { ...found, fetchedAt: clock.elapsed() }
      this.#refetchAt = clock.elapsed() + METADATA_MAX_AGE
      this.#lastError = undefined
      return found.address
    } catch (error) {
      this.#lastError = error as RemoteDocumentError
      if (this.#known === undefined || options.signal.aborted) throw error
      return this.#known.address
    }
  }
}
