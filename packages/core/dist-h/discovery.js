import { RemoteDocumentError } from './errors.js';
import { fetchJson, isFetchable } from './fetch-json.js';
/**
 * Where an issuer's metadata can be, likeliest first: Okta's suffix form for issuers of Okta's shape, the
 * path insertion of RFC 8414 §3.1 otherwise, and OpenID Connect Discovery 1.0 §4.
 */
export function metadataAddresses(issuer) {
    const { origin, pathname } = new URL(issuer);
    const path = pathname.replace(/\/$/, '');
    const inserted = `${origin}/.well-known/oauth-authorization-server${path}`;
    const suffixed = `${origin}${path}/.well-known/oauth-authorization-server`;
    const openid = `${origin}${path}/.well-known/openid-configuration`;
    const ordered = /^\/oauth2\/[^/]+$/.test(path) ? [suffixed, openid, inserted] : [openid, inserted, suffixed];
    return [...new Set(ordered)];
}
/** Failures that say "not here", after which another form may still answer. */
function isElsewhere(error) {
    if (error.code === 'http_status')
        return error.status !== undefined && error.status < 500 && error.status !== 429;
    return ['content_type', 'invalid_json', 'wrong_shape', 'issuer_mismatch', 'redirect_refused'].includes(error.code);
}
function readMetadata(address, issuer, json, allowInsecureHttp) {
    const fail = (code, what) => new RemoteDocumentError(code, address, `${address}: ${what}`);
    if (typeof json !== 'object' || json === null)
        throw fail('wrong_shape', 'the metadata is not an object');
    const metadata = json;
    if (typeof metadata.issuer !== 'string')
        throw fail('wrong_shape', 'the metadata names no issuer');
    if (metadata.issuer !== issuer) {
        throw fail('issuer_mismatch', 'the metadata names another issuer (RFC 8414 section 3.3); compare it with the configured one to the last slash');
    }
    const { jwks_uri: jwksUri } = metadata;
    if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri))
        throw fail('wrong_shape', 'the metadata has no jwks_uri');
    const url = new URL(jwksUri);
    const downgraded = issuer.startsWith('https:') && url.protocol !== 'https:' && !allowInsecureHttp;
    if (downgraded || !isFetchable(url, allowInsecureHttp))
        throw fail('insecure_url', 'the jwks_uri is not https');
    return { issuer, jwksUri };
}
/**
 * Fetches the metadata of an issuer; only a document that names exactly this issuer is taken.
 *
 * @throws {RemoteDocumentError} the most telling of the failures met
 * @see RFC 8414 §3
 */
export async function discover(issuer, options) {
    let telling;
    for (const address of metadataAddresses(issuer)) {
        try {
            const { json } = await fetchJson(address, options);
            return readMetadata(address, issuer, json, options.allowInsecureHttp);
        }
        catch (error) {
            if (!(error instanceof RemoteDocumentError))
                throw error;
            if (telling === undefined || (telling.code === 'http_status' && error.code !== 'http_status'))
                telling = error;
            if (!isElsewhere(error))
                throw error;
        }
    }
    throw telling;
}
/** Metadata may move the JWK Set; it is asked again after a day, and when the keys are not where it says. */
const METADATA_MAX_AGE = 86_400_000;
const METADATA_RETRY = 300_000;
/** Where one issuer's keys are: the last good metadata serves on while discovery fails, as long as keys would. */
export class KeyLocation {
    #configuration;
    #known;
    #askAgainAt = 0;
    #lastError;
    constructor(configuration) {
        this.#configuration = configuration;
    }
    /** Whether there is an address, be it of old. */
    get isKnown() {
        return this.#configuration.jwksUri !== undefined || this.#known !== undefined;
    }
    /** Why the metadata could last not be had; `undefined` once it was. */
    get lastError() {
        return this.#lastError;
    }
    /** The keys were not to be had there: they may have moved. */
    doubt() {
        this.#askAgainAt = 0;
    }
    /** @throws {RemoteDocumentError} there is no metadata, and none of old that may still be used */
    async jwksUri(options) {
        const { issuer, jwksUri, clock, staleIfError } = this.#configuration;
        if (jwksUri !== undefined)
            return jwksUri;
        const now = clock();
        if (this.#known !== undefined && now - this.#known.fetchedAt >= METADATA_MAX_AGE + staleIfError) {
            this.#known = undefined;
        }
        if (this.#known !== undefined && now < this.#askAgainAt)
            return this.#known.jwksUri;
        // Set ahead: where this look hangs until the time is up, the next refresh goes straight to the keys.
        this.#askAgainAt = now + METADATA_RETRY;
        try {
            const metadata = await discover(issuer, options);
            this.#known = { jwksUri: metadata.jwksUri, fetchedAt: clock() };
            this.#askAgainAt = clock() + METADATA_MAX_AGE;
            this.#lastError = undefined;
            return metadata.jwksUri;
        }
        catch (error) {
            this.#lastError = error;
            if (this.#known === undefined || options.signal.aborted)
                throw error;
            return this.#known.jwksUri;
        }
    }
}
//# sourceMappingURL=discovery.js.map