/** Options of other libraries, and options that only adapters have. What to use here. */
const OPTIONS: Readonly<Record<string, string>> = {
  credentials: "credentials: 'optional' or 'required' in the options of an adapter, such as oktaAuth",
  verifier: 'verifier in the options of an adapter, such as oktaAuth, in place of all others',
  global: 'global in the options of the Fastify plugin; elsewhere, oktaAuth on the routes to protect',
  decoratorName: 'decoratorName in the options of the Fastify plugin',
  securityScheme: 'securityScheme in the options of the Fastify plugin',
  // express-oauth2-jwt-bearer
  issuerBaseURL: 'issuer, exactly as in iss (for Auth0 with the slash at its end)',
  tokenSigningAlg: 'algorithms',
  authRequired: "credentials: 'optional'",
  validators: 'requireClaims on the routes',
  strict: "profile: 'rfc9068'",
  secret: 'an authorization server with public keys; symmetric keys are not supported',
  agent: 'fetch',
  // @okta/jwt-verifier
  assertClaims: 'audience for aud, clientIds for cid, and requireScopes or requireClaims on the routes',
  clientId: 'clientIds',
  requestAgent: 'fetch',
  getKeysInterceptor: 'jwks or fetch',
  jwksRequestsPerMinute: 'cooldownDuration',
  testing: 'nothing: http is allowed for loopback hosts',
  // express-jwt, jwks-rsa, passport-jwt
  credentialsRequired: "credentials: 'optional'",
  getToken: 'verifier.verify(token)',
  isRevoked: 'revocation: { isRevoked }',
  requestProperty: 'req.auth',
  cache: 'nothing: keys are cached',
  jwtFromRequest: 'verifier.verify(token)',
  secretOrKey: 'jwks',
  secretOrKeyProvider: 'jwksUri, or the metadata of the issuer',
  jwksUrl: 'jwksUri',
  jwks_uri: 'jwksUri',
  maxAge: 'maxTokenAge',
  rateLimit: 'nothing: fetches are limited',
  ignoreExpiration: 'nothing: expired tokens are never accepted',
  // @fastify/jwt, get-jwks, fastify-auth0-verify
  allowedIss: 'issuer',
  allowedAud: 'audience',
  issuersWhitelist: 'issuer',
  issuerDomain: 'issuer',
  domain: 'issuer: https://<domain>/',
  ttl: 'cacheMaxAge',
  // aws-jwt-verify
  userPoolId:
    'issuer: https://cognito-idp.<region>.amazonaws.com/<userPoolId>, with audience: null and clientIds',
  tokenUse: 'profile',
  scope: 'requireScopes on the routes',
  graceSeconds: 'clockTolerance',
  customJwtCheck: 'requireClaims on the routes',
  // keycloak-connect
  authServerUrl: 'issuer: https://<host>/realms/<realm>',
  realmPublicKey: 'jwks, or the metadata of the issuer',
  bearerOnly: 'nothing: there is no login',
  // passport-azure-ad
  identityMetadata: 'metadataUri, or the metadata of the issuer',
  validateIssuer: 'issuer, which is always compared',
  loggingNoPII: 'nothing: personal data is not logged',
  // firebase-admin
  projectId: 'issuer: https://securetoken.google.com/<projectId>',
  // General
  authority: 'issuer',
  discoveryUrl: 'metadataUri, or the metadata of the issuer',
  metadataUrl: 'metadataUri',
  wellKnownUrl: 'metadataUri, or the metadata of the issuer',
  jwksEndpoint: 'jwksUri',
  leeway: 'clockTolerance',
  timeout: 'timeoutDuration',
  requiredClaims: 'requireClaims on the routes',
  iss: 'issuer',
  aud: 'audience',
  clockSkew: 'clockTolerance',
  requiredScopes: 'requireScopes on the routes, or requiredScopes in the options of mcpAuth',
  scopes: 'requireScopes on the routes',
  anyScope: 'requireAnyScope on the routes',
  claims: 'requireClaims on the routes',
  tenantId: 'issuer: https://login.microsoftonline.com/<tenantId>/v2.0',
}

/** A name without what is easily confused: case, plural, separators. */
export const normalizedName = (name: string): string => name.toLowerCase().replace(/[-_]|s$/g, '')

const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries(OPTIONS).map(([name, replacement]) => [normalizedName(name), replacement]),
)

/** What to use in place of an option of another library. */
export function replacementFor(option: string): string | undefined {
  return REPLACEMENTS.get(normalizedName(option))
}

/** Environment variables of other libraries, products and samples, by the option that they are meant for. */
const VARIABLES = {
  issuer: [
    // ISSUER_BASE_URL, OIDC_ISSUER, SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI
    /(^|_)ISSUER(_BASE)?(_UR[IL])?$/,
    /^(AUTH0|OKTA|ZITADEL|CLERK)_([A-Z0-9]+_)?(DOMAIN|BASE_URL|ORG_?URL)$/,
    /(^|_)USER_?POOL_ID$/,
    /^(AZURE|AZURE_?AD|AAD|ENTRA|MICROSOFT)_([A-Z0-9]+_)?TENANT(_ID)?$/,
    /^(KEYCLOAK|KC)_(REALM|URL|HOSTNAME|(AUTH_)?SERVER_URL|BASE_URL)$/,
    /^(OIDC|OAUTH2?|QUARKUS_OIDC|JWT)_(AUTHORITY|DOMAIN|URL|AUTH_SERVER_URL)$/,
  ],
  audience: [
    // API_AUDIENCE, AUTH0_API_AUDIENCE
    /(^|_)AUDIENCES?$/,
    /^(AUTH0_)?API_IDENTIFIER$/,
    /^(AZURE|AZURE_?AD|AAD|ENTRA|KEYCLOAK)_([A-Z0-9]+_)?CLIENT_ID$/,
  ],
} as const

/** The name of a variable of another library or product that is set. */
export function foreignVariable(
  option: 'issuer' | 'audience',
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const isSet = (name: string): boolean =>
    !name.startsWith('OKTA_OAUTH2_') && env[name] !== undefined && env[name] !== ''
  const names = Object.keys(env).filter(isSet)
  for (const pattern of VARIABLES[option]) {
    const found = names.find((name) => pattern.test(name))
    if (found !== undefined) return found
  }
  return undefined
}
