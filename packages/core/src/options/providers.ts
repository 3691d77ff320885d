import { warnOnce } from '../warnings.ts'
import { invalidOption } from './checks.ts'

/** Auth0's own domains, whose issuers are the domain with a slash at its end. */
const AUTH0_HOST = /\.auth0(app)?\.com$/
const COGNITO_HOST = /^(issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/
/** Where users of Amazon Cognito sign in. */
const COGNITO_LOGIN_HOST = /\.amazoncognito\.com(\.cn)?$/
const ENTRA_HOST = /^login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn)$/
/** Tenants of Microsoft Entra ID that stand for several. */
const ENTRA_SHARED_PATH = /^\/(common|organizations|consumers)(\/|$)/
/** The identifier of a tenant, and the version if it is 2. Domains differ: those of clouds and customers, and custom ones. */
const ENTRA_PATH = /^\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/v2\.0)?\/?$/i

/** Whether this is the issuer of a tenant of Microsoft Entra ID, as far as its name says. */
export function isEntraIssuer(issuer: string): boolean {
  return URL.canParse(issuer) && ENTRA_PATH.test(new URL(issuer).pathname)
}

/** Issuers that no token names, and what they must be. */
const MISTAKES: readonly (readonly [applies: (issuer: string, url: URL) => boolean, fix: string])[] = [
  [
    (issuer, { hostname, pathname }) =>
      AUTH0_HOST.test(hostname) && pathname === '/' && !issuer.endsWith('/'),
    'must end with a slash, as issuers of Auth0 do: https://tenant.auth0.com/',
  ],
  [
    (_, { hostname }) => COGNITO_LOGIN_HOST.test(hostname),
    'is where users of Amazon Cognito sign in; the issuer is https://cognito-idp.<region>.amazonaws.com/<userPoolId>',
  ],
  [
    (_, { hostname, pathname }) => ENTRA_HOST.test(hostname) && ENTRA_SHARED_PATH.test(pathname),
    'stands for several tenants, but tokens of Microsoft Entra ID name one; set it to https://login.microsoftonline.com/<tenantId>/v2.0, or to a function that knows your tenants',
  ],
]

/** Catches an issuer of a well-known product that none of its tokens names. */
export function checkProviderIssuer(option: string, issuer: string, url: URL): void {
  const [, fix] = MISTAKES.find(([applies]) => applies(issuer, url)) ?? []
  if (fix !== undefined) invalidOption(option, `${option} ${fix}`)
}

/** Catches an audience for user pools of Amazon Cognito, whose access tokens seldom have one. */
export function checkCognitoAudience(
  option: string,
  issuer: unknown,
  audience: unknown,
  clientIds: unknown,
  isFixed: boolean,
): void {
  if (typeof issuer !== 'string' || !URL.canParse(issuer) || !COGNITO_HOST.test(new URL(issuer).hostname))
    return
  if (audience === undefined) {
    const message = `${option} is missing; access tokens of Amazon Cognito have no aud: set ${option} to null, and clientIds to the app clients that may call the API`
    invalidOption(option, message, 'option_missing')
  }
  if (clientIds !== undefined) return
  const message =
    'Access tokens of Amazon Cognito are refused if they have no audience (aud); most have none. Set audience to null, and clientIds to the app clients that may call the API.'
  warnOnce('ORS_COGNITO_CLIENTS', { issuer, isFixed }, message)
}
