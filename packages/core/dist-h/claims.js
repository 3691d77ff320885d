import { InvalidTokenError } from './errors.js';
/** RFC 7519 §2 NumericDate: a finite number of seconds, and none before the epoch. */
function numericDate(claims, name) {
    const value = claims[name];
    if (value === undefined)
        return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
        throw new InvalidTokenError('claim_malformed');
    return value;
}
/**
 * Reads the times; `exp` is mandatory (RFC 9068 §2.2).
 *
 * @throws {InvalidTokenError} `expiry_missing`, `claim_malformed`
 */
export function timesOf(claims) {
    const expiresAt = numericDate(claims, 'exp');
    if (expiresAt === undefined)
        throw new InvalidTokenError('expiry_missing');
    const never = Number.NEGATIVE_INFINITY;
    return {
        expiresAt,
        notBefore: numericDate(claims, 'nbf') ?? never,
        issuedAt: numericDate(claims, 'iat') ?? never,
    };
}
/**
 * Checks the times, with `now` in seconds; asked anew each time a cached token is used.
 *
 * A token from the future, or without `iat` where its age is limited, is refused.
 *
 * @throws {InvalidTokenError} `token_expired`, `token_not_yet_valid`, `token_issued_in_future`, `token_too_old`
 * @see RFC 7519 §4.1.4 to §4.1.6
 */
export function checkTimes({ expiresAt, notBefore, issuedAt }, now, { clockTolerance, maxTokenAge }) {
    // Put so that a clock that says NaN refuses.
    if (!(now < expiresAt + clockTolerance))
        throw new InvalidTokenError('token_expired');
    if (now < notBefore - clockTolerance)
        throw new InvalidTokenError('token_not_yet_valid');
    if (now < issuedAt - clockTolerance)
        throw new InvalidTokenError('token_issued_in_future');
    if (maxTokenAge !== undefined && now > issuedAt + maxTokenAge + clockTolerance) {
        throw new InvalidTokenError('token_too_old');
    }
}
/** RFC 7519 §4.1.3: a string or a list of strings, one of which must be ours. */
function checkAudience(claims, accepted) {
    const { aud } = claims;
    if (aud === undefined)
        throw new InvalidTokenError('audience_missing');
    const list = Array.isArray(aud) ? aud : [aud];
    if (!list.every((item) => typeof item === 'string'))
        throw new InvalidTokenError('claim_malformed');
    if (!accepted.some((audience) => list.includes(audience)))
        throw new InvalidTokenError('audience_mismatch');
}
/** The client a token was issued to: Okta's `cid`, RFC 9068's `client_id`, OpenID Connect's `azp`. */
export function clientIdOf(claims) {
    const value = claims.cid ?? claims.client_id ?? claims.azp;
    return typeof value === 'string' ? value : undefined;
}
function checkClient(claims, accepted) {
    if (accepted === undefined)
        return;
    const clientId = clientIdOf(claims);
    if (clientId === undefined || !accepted.has(clientId))
        throw new InvalidTokenError('client_not_allowed');
}
/** RFC 9449 §7.1 and RFC 8705 §3: what is bound to a key is worth nothing without proof of possession. */
function checkNotBound(claims) {
    if (claims.cnf !== undefined)
        throw new InvalidTokenError('sender_constrained');
}
function checkSubject({ sub }) {
    if (sub !== undefined && typeof sub !== 'string')
        throw new InvalidTokenError('claim_malformed');
}
/**
 * Checks everything but issuer and times.
 *
 * @throws {InvalidTokenError} with the code of the first claim that does not hold
 */
export function checkClaims(claims, configuration) {
    checkAudience(claims, configuration.audience);
    checkClient(claims, configuration.clientIds);
    checkSubject(claims);
    checkNotBound(claims);
}
/** Scopes of a token: `scp` (array or string) before `scope` (string); whole words only (RFC 6749 §3.3). */
export function scopesOf({ scp, scope }) {
    const value = scp ?? scope;
    const words = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
    return words.filter((word) => typeof word === 'string' && word !== '');
}
//# sourceMappingURL=claims.js.map