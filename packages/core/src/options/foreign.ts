/** Options of other libraries, and what to use here. */
const OPTIONS: Readonly<Record<string, string>> = {
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
  // General
  iss: 'issuer',
  aud: 'audience',
  clockSkew: 'clockTolerance',
  requiredScopes: 'requireScopes on the routes',
  scopes: 'requireScopes on the routes',
  anyScope: 'requireAnyScope on the routes',
  claims: 'requireClaims on the routes',
  tenantId: 'issuer: https://login.microsoftonline.com/<tenantId>/v2.0',
}

/** What to use in place of an option of another library. */
export function replacementFor(option: string): string | undefined {
  return Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined
}

/** Environment variables of other libraries and samples, by the option that they are meant for. */
const VARIABLES = {
  issuer: [
    'ISSUER_BASE_URL',
    'AUTH0_ISSUER_BASE_URL',
    'AUTH0_DOMAIN',
    'OKTA_ISSUER',
    'OKTA_DOMAIN',
    'OIDC_ISSUER',
    'ISSUER',
    'COGNITO_USER_POOL_ID',
    'AZURE_TENANT_ID',
  ],
  audience: ['AUTH0_AUDIENCE', 'OKTA_AUDIENCE', 'API_AUDIENCE', 'AUDIENCE'],
} as const

/** The name of a variable of another library that is set. */
export function foreignVariable(
  option: 'issuer' | 'audience',
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return VARIABLES[option].find((name) => env[name] !== undefined && env[name] !== '')
}
