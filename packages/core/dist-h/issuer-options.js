import { ALL_ALGORITHMS } from './algorithms.js';
import { checkMilliseconds, checkNoPlaceholder, checkSeconds, checkStrings, checkUrl, refuse, } from './option-checks.js';
import { PROFILE_NAMES } from './profiles/profile.js';
const OKTA_HOST = /(^|\.)(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|\.okta\.mil$/;
const ADMIN_HOST = /-admin\.(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|-admin\.okta\.mil$/;
const CUSTOM_SERVER_PATH = /^\/oauth2\/(?!v1$)[\w.~-]+$/;
function checkIssuer(option, value, allowInsecureHttp) {
    if (value === undefined || value === null || value === '') {
        refuse('option_missing', option, `${option} is missing; set it to the issuer of your authorization server, such as https://example.okta.com/oauth2/default`);
    }
    const url = checkUrl(option, value, allowInsecureHttp);
    if (/[?#]/.test(value)) {
        refuse('option_invalid', option, `${option} must have no query and no fragment (RFC 8414 section 2)`);
    }
    if (ADMIN_HOST.test(url.hostname)) {
        refuse('option_invalid', option, `${option} is the address of the Admin Console; leave out "-admin"`);
    }
    if (OKTA_HOST.test(url.hostname) && !CUSTOM_SERVER_PATH.test(url.pathname)) {
        const slash = CUSTOM_SERVER_PATH.test(url.pathname.replace(/\/+$/, ''));
        refuse('option_invalid', option, slash
            ? `${option} ends with a slash; Okta's issuers have none`
            : `${option} must have the form https://your-domain/oauth2/id, such as .../oauth2/default: the tokens of Okta's org authorization server are opaque to you and cannot be validated; use a custom authorization server`);
    }
    return value;
}
function checkAlgorithms(option, value) {
    if (value === undefined)
        return ALL_ALGORITHMS;
    const list = checkStrings(option, value);
    for (const algorithm of list) {
        if (!ALL_ALGORITHMS.has(algorithm)) {
            refuse('option_invalid', option, `${option} holds an algorithm that is not accepted; accepted are ${[...ALL_ALGORITHMS].join(', ')} (never a symmetric one, never none)`);
        }
    }
    return new Set(list);
}
function checkProfiles(option, value) {
    if (value === undefined)
        return ['okta', 'rfc9068'];
    const list = checkStrings(option, value);
    for (const name of list) {
        if (!PROFILE_NAMES.includes(name)) {
            refuse('option_invalid', option, `${option} must be one or several of ${PROFILE_NAMES.join(', ')}`);
        }
    }
    return list;
}
function checkKeys(option, value) {
    if (value === undefined)
        return undefined;
    const keys = typeof value === 'object' && value !== null ? value.keys : undefined;
    if (!Array.isArray(keys) || keys.length === 0) {
        refuse('option_invalid', option, `${option} must be a JWK Set, { keys: [...] }, with at least one key (RFC 7517 section 5)`);
    }
    try {
        return structuredClone(value);
    }
    catch {
        refuse('option_invalid', option, `${option} must be plain JSON: keys exported as JWK`);
    }
}
function checkFunction(option, value, fallback) {
    if (value === undefined)
        return fallback;
    if (typeof value !== 'function')
        refuse('option_invalid', option, `${option} must be a function`);
    return value;
}
function milliseconds(option, value, fallback, least = 0) {
    if (value === undefined)
        return fallback;
    const result = checkMilliseconds(option, value);
    if (result < least)
        refuse('option_invalid', option, `${option} is in milliseconds and must be at least ${least}`);
    return result;
}
/** Validates what concerns one authorization server; `where` is how the issuer option is called in messages. */
export function issuerConfiguration(options, where) {
    const prefix = where === 'issuer' ? '' : `${where}.`;
    const named = (name) => prefix + name;
    if (options.allowInsecureHttp !== undefined && typeof options.allowInsecureHttp !== 'boolean') {
        refuse('option_invalid', 'allowInsecureHttp', 'allowInsecureHttp must be true or false');
    }
    const allowInsecureHttp = options.allowInsecureHttp === true;
    const issuer = checkIssuer(where, options.issuer, allowInsecureHttp);
    if (options.audience === undefined || options.audience === null) {
        refuse('option_missing', named('audience'), `${named('audience')} is missing; set it to the audience of your API as the authorization server writes it into aud, such as api://default`);
    }
    if (options.jwks !== undefined && options.jwksUri !== undefined) {
        const [jwks, jwksUri] = [named('jwks'), named('jwksUri')];
        refuse('option_invalid', jwks, `${jwks} and ${jwksUri} exclude each other; leave one of them out`);
    }
    if (options.jwksUri !== undefined)
        checkUrl(named('jwksUri'), options.jwksUri, allowInsecureHttp);
    const clockTolerance = options.clockTolerance === undefined ? 5 : checkSeconds(named('clockTolerance'), options.clockTolerance);
    if (clockTolerance > 300) {
        const option = named('clockTolerance');
        refuse('option_invalid', option, `${option} is in seconds and must be at most 300`);
    }
    return Object.freeze({
        issuer,
        audience: checkStrings(named('audience'), options.audience),
        clientIds: options.clientIds === undefined
            ? undefined
            : new Set(checkStrings(named('clientIds'), options.clientIds)),
        algorithms: checkAlgorithms(named('algorithms'), options.algorithms),
        profiles: checkProfiles(named('profile'), options.profile),
        clockTolerance,
        maxTokenAge: options.maxTokenAge === undefined ? undefined : checkSeconds(named('maxTokenAge'), options.maxTokenAge),
        jwksUri: options.jwksUri,
        jwks: checkKeys(named('jwks'), options.jwks),
        cacheMaxAge: milliseconds(named('cacheMaxAge'), options.cacheMaxAge, 3_600_000, 1_000),
        cooldownDuration: milliseconds(named('cooldownDuration'), options.cooldownDuration, 30_000, 100),
        timeoutDuration: milliseconds(named('timeoutDuration'), options.timeoutDuration, 5_000, 1),
        staleIfError: milliseconds(named('staleIfError'), options.staleIfError, 86_400_000),
        allowInsecureHttp,
        fetch: checkFunction(named('fetch'), options.fetch, (input, init) => globalThis.fetch(input, init)),
        clock: checkFunction(named('clock'), options.clock, Date.now),
    });
}
const VARIABLES = { issuer: 'OKTA_OAUTH2_ISSUER', audience: 'OKTA_OAUTH2_AUDIENCE' };
/**
 * Takes issuer and audience from `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE`.
 *
 * @throws {ConfigurationError} a variable is missing or wrong; the message names it and says what to do
 */
export function configurationFromEnvironment(env = process.env) {
    const issuer = env[VARIABLES.issuer];
    const audience = env[VARIABLES.audience];
    for (const [variable, value, example] of [
        [VARIABLES.issuer, issuer, 'https://example.okta.com/oauth2/default'],
        [VARIABLES.audience, audience, 'api://default'],
    ]) {
        if (value === undefined || value === '') {
            refuse('option_missing', variable, `The environment variable ${variable} is not set; set it, for example to ${example}, or give the options issuer and audience`);
        }
        checkNoPlaceholder(variable, value);
    }
    checkIssuer(VARIABLES.issuer, issuer, false);
    return { issuer: issuer, audience: audience };
}
//# sourceMappingURL=issuer-options.js.map