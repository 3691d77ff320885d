export { adapterSettings, hasNoCredentials, isOptional, } from './adapter-options.js';
export { bearerToken } from './authorization-header.js';
export { errorResponse } from './challenge.js';
export { AuthorizationServerUnavailableError, ConfigurationError, ERROR_CATALOGUE, InsufficientScopeError, InvalidRequestError, InvalidTokenError, MissingTokenError, RemoteDocumentError, ResourceServerError, } from './errors.js';
export { configurationFromEnvironment } from './issuer-options.js';
export { checkRequirements, defineRequirements, } from './requirements.js';
export { createAccessTokenVerifier } from './verifier.js';
//# sourceMappingURL=index.js.map