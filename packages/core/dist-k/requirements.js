import { ConfigurationError, InsufficientScopeError } from './errors.js';
/** RFC 6749 §3.3 `scope-token`. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const KNOWN = new Set(['scopes', 'anyScope', 'claims']);
const defined = new WeakSet();
function scopeList(option, value) {
    if (!Array.isArray(value) || value.length === 0) {
        throw new ConfigurationError('option_invalid', option, `${option} must be a list of at least one scope`);
    }
    for (const scope of value) {
        if (typeof scope !== 'string' || !SCOPE_TOKEN.test(scope)) {
            throw new ConfigurationError('option_invalid', option, `${option} must hold scopes without spaces, one word an entry (RFC 6749 section 3.3)`);
        }
    }
    return Object.freeze([...value]);
}
function claimRequirements(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new ConfigurationError('option_invalid', 'claims', 'claims must be an object of claim name to requirement');
    }
    const result = Object.create(null);
    for (const [name, wanted] of Object.entries(value)) {
        const values = Array.isArray(wanted) ? wanted : [wanted];
        const plain = values.every((item) => ['string', 'number', 'boolean'].includes(typeof item));
        if (!(typeof wanted === 'function' || (plain && values.length > 0))) {
            throw new ConfigurationError('option_invalid', `claims.${name}`, `claims.${name} must be a string, number or boolean, a list of these, or a function`);
        }
        result[name] = Array.isArray(wanted) ? Object.freeze([...wanted]) : wanted;
    }
    return Object.freeze(result);
}
/**
 * Validates requirements once, for use with many requests; a list is frozen, an unknown name refused.
 *
 * @throws {ConfigurationError} a requirement is not known or has the wrong form
 */
export function defineRequirements(requirements) {
    if (defined.has(requirements))
        return requirements;
    if (typeof requirements !== 'object' || requirements === null || Array.isArray(requirements)) {
        throw new ConfigurationError('option_invalid', 'requirements', 'requirements must be an object such as { scopes: ["messages:read"] }');
    }
    for (const name of Object.keys(requirements)) {
        if (!KNOWN.has(name)) {
            throw new ConfigurationError('option_unknown', name, `${name} is not a requirement; known are ${[...KNOWN].join(', ')}`);
        }
    }
    const { scopes, anyScope, claims } = requirements;
    const result = Object.freeze({
        ...(scopes === undefined ? {} : { scopes: scopeList('scopes', scopes) }),
        ...(anyScope === undefined ? {} : { anyScope: scopeList('anyScope', anyScope) }),
        ...(claims === undefined ? {} : { claims: claimRequirements(claims) }),
    });
    defined.add(result);
    return result;
}
function claimSatisfies(value, wanted) {
    if (typeof wanted === 'function') {
        try {
            return wanted(value) === true;
        }
        catch {
            return false;
        }
    }
    const found = Array.isArray(value) ? value : [value];
    const accepted = Array.isArray(wanted) ? wanted : [wanted];
    return found.some((item) => accepted.includes(item));
}
/**
 * Checks a verified token against what a route asks for.
 *
 * @throws {InsufficientScopeError} a scope or claim is lacking (RFC 6750 §3.1 `insufficient_scope`)
 * @throws {ConfigurationError} the requirements themselves have the wrong form
 */
export function checkRequirements(token, requirements) {
    const { scopes, anyScope, claims } = defineRequirements(requirements);
    if (scopes !== undefined && !scopes.every((scope) => token.scopes.includes(scope))) {
        throw new InsufficientScopeError('insufficient_scope', scopes);
    }
    if (anyScope !== undefined && !anyScope.some((scope) => token.scopes.includes(scope))) {
        throw new InsufficientScopeError('insufficient_scope', anyScope);
    }
    if (claims === undefined)
        return;
    for (const name of Object.keys(claims)) {
        const value = Object.hasOwn(token.claims, name)
            ? token.claims[name]
            : undefined;
        if (!claimSatisfies(value, claims[name])) {
            throw new InsufficientScopeError('insufficient_claims');
        }
    }
}
//# sourceMappingURL=requirements.js.map