import { ERROR_CATALOGUE, } from './error-codes.js';
export { ERROR_CATALOGUE, };
/**
 * The base class of every refusal of a request.
 *
 * It has no stack frames: a refusal is an answer, not a fault, and frameworks print stacks to clients.
 *
 * @see RFC 6750 §3
 */
export class ResourceServerError extends Error {
    /** Stable, documented, safe to compare against. */
    code;
    /** The HTTP status to answer with. */
    status;
    /** The same as `status`, under the name that Fastify reads. */
    statusCode;
    /** RFC 6750 §3.1 error code, absent where the RFC wants a bare challenge or none. */
    error;
    /** The headers to answer with, in lower case. */
    headers;
    constructor(kind, status, error, code, message, headers, cause) {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        super(message, cause === undefined ? undefined : { cause });
        Error.stackTraceLimit = limit;
        Object.defineProperty(this, 'stack', { value: `${kind}: ${message}`, writable: true, configurable: true });
        this.code = code;
        this.status = status;
        this.statusCode = status;
        this.error = error;
        this.headers = headers;
    }
}
/** RFC 6750 §3: the scheme must be followed by at least one parameter, so even a bare challenge has a realm. */
const REALM = 'realm="api"';
const NO_STORE = { 'cache-control': 'no-store' };
/** RFC 7230 quoted-string; characters outside what RFC 6750 §3 allows are left out. */
function quoted(value) {
    return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
function challenge(error, description, parameters = {}) {
    const parts = [REALM];
    if (error !== undefined)
        parts.push(`error="${error}"`, `error_description=${quoted(description)}`);
    if (parameters.scope && parameters.scope.length > 0)
        parts.push(`scope=${quoted(parameters.scope.join(' '))}`);
    return { 'www-authenticate': `Bearer ${parts.join(', ')}`, ...NO_STORE };
}
/** No credentials: 401 with a bare challenge, no error code (RFC 6750 §3.1, last paragraph). */
export class MissingTokenError extends ResourceServerError {
    name = 'MissingTokenError';
    constructor(code = 'missing_token') {
        super('MissingTokenError', 401, undefined, code, ERROR_CATALOGUE.MissingTokenError[code], challenge(undefined, ''));
    }
}
/** A request that breaks RFC 6750 §2: 400 `invalid_request`. */
export class InvalidRequestError extends ResourceServerError {
    name = 'InvalidRequestError';
    constructor(code) {
        const message = ERROR_CATALOGUE.InvalidRequestError[code];
        super('InvalidRequestError', 400, 'invalid_request', code, message, challenge('invalid_request', message));
    }
}
/** A token that is refused: 401 `invalid_token`; `code` tells why. */
export class InvalidTokenError extends ResourceServerError {
    name = 'InvalidTokenError';
    constructor(code) {
        const message = ERROR_CATALOGUE.InvalidTokenError[code];
        super('InvalidTokenError', 401, 'invalid_token', code, message, challenge('invalid_token', message));
    }
}
/** A valid token that does not reach as far as the resource asks: 403 `insufficient_scope`. */
export class InsufficientScopeError extends ResourceServerError {
    name = 'InsufficientScopeError';
    /** The scopes that the resource asks for. */
    requiredScopes;
    constructor(code, requiredScopes = []) {
        const message = ERROR_CATALOGUE.InsufficientScopeError[code];
        const headers = challenge('insufficient_scope', message, { scope: requiredScopes });
        super('InsufficientScopeError', 403, 'insufficient_scope', code, message, headers);
        this.requiredScopes = requiredScopes;
    }
}
/**
 * We cannot decide, because keys or metadata are out of reach: 503 with `Retry-After`, never a 401, which
 * would make clients throw good tokens away. `cause` says what happened on the wire.
 */
export class AuthorizationServerUnavailableError extends ResourceServerError {
    name = 'AuthorizationServerUnavailableError';
    /** Seconds after which another try makes sense, at least 1. */
    retryAfter;
    constructor(code, retryAfter, cause) {
        const seconds = Math.max(1, Math.ceil(retryAfter));
        const headers = { 'retry-after': String(seconds), ...NO_STORE };
        super('AuthorizationServerUnavailableError', 503, undefined, code, ERROR_CATALOGUE.AuthorizationServerUnavailableError[code], headers, cause);
        this.retryAfter = seconds;
    }
}
/** A wrong configuration; thrown at construction, never per request. `message` names the option and the mend. */
export class ConfigurationError extends Error {
    name = 'ConfigurationError';
    code;
    /** The option, or the environment variable, that is missing or wrong. */
    option;
    constructor(code, option, message) {
        super(message);
        this.code = code;
        this.option = option;
    }
}
/** What went wrong on the wire; the `cause` of an {@link AuthorizationServerUnavailableError}. */
export class RemoteDocumentError extends Error {
    name = 'RemoteDocumentError';
    code;
    /** The document's address, without query and credentials. */
    url;
    /** The HTTP status, where there was an answer. */
    status;
    /** Seconds the server asked us to wait (`Retry-After`), where it did. */
    retryAfter;
    constructor(code, url, message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.code = code;
        this.url = url;
        this.status = details.status;
        this.retryAfter = details.retryAfter;
    }
}
//# sourceMappingURL=errors.js.map