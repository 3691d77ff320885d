import { ConfigurationError, MissingTokenError } from './errors.js';
import { configurationFromEnvironment } from './issuer-options.js';
import { createAccessTokenVerifier } from './verifier.js';
/**
 * Tells `optional` from `required`, which is also what absence means.
 *
 * @throws {ConfigurationError} it is something else
 */
export function isOptional(credentials) {
    if (credentials === undefined || credentials === 'required')
        return false;
    if (credentials === 'optional')
        return true;
    throw new ConfigurationError('option_invalid', 'credentials', "credentials must be 'required' or 'optional'");
}
/** Whether nothing that looks like credentials was sent; anything else is an attempt, and refused. */
export function hasNoCredentials(error) {
    return error instanceof MissingTokenError && error.code === 'missing_token';
}
function givenVerifier(verifier, others) {
    if (others.length > 0) {
        throw new ConfigurationError('option_invalid', others[0], `${others.join(', ')} and verifier exclude each other; give the options to createAccessTokenVerifier`);
    }
    if (typeof verifier?.decide !== 'function') {
        throw new ConfigurationError('option_invalid', 'verifier', 'verifier must be what createAccessTokenVerifier of @okta-resource-server/core returns');
    }
    return verifier;
}
/**
 * Validates an adapter's options and makes the verifier, where none was given.
 *
 * @throws {ConfigurationError} an option, or an environment variable, is missing or wrong
 */
export function adapterSettings(options) {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
        throw new ConfigurationError('option_invalid', 'options', 'the options must be an object such as { issuer, audience }, or left out');
    }
    const { credentials, ...rest } = options;
    const optional = isOptional(credentials);
    if ('verifier' in rest) {
        const { verifier, ...others } = rest;
        return { verifier: givenVerifier(verifier, Object.keys(others)), owned: false, optional };
    }
    const fromEnvironment = Object.keys(rest).length === 0;
    const verifierOptions = fromEnvironment
        ? configurationFromEnvironment()
        : rest;
    return { verifier: createAccessTokenVerifier(verifierOptions), owned: true, optional };
}
//# sourceMappingURL=adapter-options.js.map