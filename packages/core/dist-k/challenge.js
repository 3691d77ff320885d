import { MissingTokenError, ResourceServerError } from './errors.js';
const FAULT = Object.freeze({
    status: 500,
    headers: Object.freeze({ 'content-type': 'application/json', 'cache-control': 'no-store' }),
    body: '{"error":"server_error","error_description":"The request could not be processed"}',
});
/**
 * The answer for any failure: status, headers (challenge included) and a JSON body of fixed text.
 *
 * What is not a `ResourceServerError` is a fault of the application and gets a 500 that tells nothing.
 *
 * @see RFC 6750 §3
 */
export function errorResponse(error) {
    if (!(error instanceof ResourceServerError))
        return FAULT;
    // RFC 6750 §3.1: without credentials there is no error code and no other information.
    const body = error instanceof MissingTokenError
        ? { message: 'Unauthorized' }
        : { error: error.error ?? error.code, error_description: error.message };
    return {
        status: error.status,
        headers: { ...error.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
    };
}
//# sourceMappingURL=challenge.js.map