import { issuerConfiguration, } from './issuer-options.js';
import { checkPositiveInteger, refuse } from './option-checks.js';
const ISSUER_OPTIONS = [
    'issuer',
    'audience',
    'clientIds',
    'algorithms',
    'profile',
    'clockTolerance',
    'maxTokenAge',
    'jwksUri',
    'jwks',
    'cacheMaxAge',
    'cooldownDuration',
    'timeoutDuration',
    'staleIfError',
    'allowInsecureHttp',
    'fetch',
    'clock',
];
const VERIFIER_OPTIONS = [...ISSUER_OPTIONS, 'tokenCache'];
/** A name without what is easily mistaken: case, plural, separators. */
const bare = (name) => name.toLowerCase().replace(/[-_]|s$/g, '');
function refuseUnknown(options, known, where) {
    for (const name of Object.keys(options)) {
        if (known.includes(name))
            continue;
        const close = known.find((other) => bare(other) === bare(name));
        const hint = close === undefined ? `known are ${known.join(', ')}` : `did you mean ${close}?`;
        refuse('option_unknown', `${where}${name}`, `${where}${name} is not an option; ${hint}`);
    }
}
/** Room for every entry is reserved at start. */
const LARGEST_CACHE = 1_000_000;
function tokenCacheMax(option) {
    if (option === undefined)
        return 10_000;
    if (option === false)
        return 0;
    if (typeof option !== 'object' || option === null || Array.isArray(option)) {
        refuse('option_invalid', 'tokenCache', 'tokenCache must be { max: number of tokens } or false');
    }
    refuseUnknown(option, ['max'], 'tokenCache.');
    const { max } = option;
    return max === undefined ? 10_000 : checkPositiveInteger('tokenCache.max', max, LARGEST_CACHE);
}
/**
 * Validates the options once into a frozen configuration.
 *
 * @throws {ConfigurationError} names the option and the mend
 */
export function configure(options) {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
        refuse('option_missing', 'options', 'options must be an object such as { issuer, audience }');
    }
    refuseUnknown(options, VERIFIER_OPTIONS, '');
    const { issuer, tokenCache, ...shared } = options;
    const several = Array.isArray(issuer) ? issuer : [issuer];
    if (several.length === 0)
        refuse('option_missing', 'issuer', 'issuer is an empty list; set it to an issuer');
    const issuers = new Map();
    for (const [index, entry] of several.entries()) {
        const where = Array.isArray(issuer) ? `issuer[${index}]` : 'issuer';
        const own = typeof entry === 'object' && entry !== null ? entry : { issuer: entry };
        if (typeof entry === 'object' && entry !== null)
            refuseUnknown(entry, ISSUER_OPTIONS, `${where}.`);
        if (several.length > 1 && (shared.jwksUri !== undefined || shared.jwks !== undefined)) {
            const name = shared.jwksUri !== undefined ? 'jwksUri' : 'jwks';
            refuse('option_invalid', name, `${name} must be given for each issuer: one issuer's keys must not vouch for another`);
        }
        const configuration = issuerConfiguration({ ...shared, ...own }, where);
        if (issuers.has(configuration.issuer)) {
            refuse('option_invalid', where, `${where} names an issuer that is already listed`);
        }
        issuers.set(configuration.issuer, configuration);
    }
    return Object.freeze({ issuers, tokenCacheMax: tokenCacheMax(tokenCache) });
}
//# sourceMappingURL=options.js.map