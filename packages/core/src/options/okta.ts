import { invalidOption } from './checks.ts'

const OKTA_HOST = /(^|\.)(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|\.okta\.mil$/
const ADMIN_HOST = /-admin\.(okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$|-admin\.okta\.mil$/
const CUSTOM_SERVER_PATH = /^\/oauth2\/(?!v1$)[\w.~-]+$/

/**
 * Catches the usual mistakes in an issuer on an Okta domain: Admin Console, org authorization server, trailing slash.
 *
 * @param asksAboutAll - the authorization server is asked about every token, which suits the org authorization server
 */
export function checkOktaIssuer(option: string, value: string, url: URL, asksAboutAll: boolean): void {
  const { hostname, pathname } = url
  if (ADMIN_HOST.test(hostname)) {
    invalidOption(option, `${option} is the address of the Admin Console; remove "-admin"`)
  }
  if (!OKTA_HOST.test(hostname) || CUSTOM_SERVER_PATH.test(pathname)) return
  if (pathname === '/' && asksAboutAll && !value.endsWith('/')) return
  if (CUSTOM_SERVER_PATH.test(pathname.replace(/\/+$/, '')) || (pathname === '/' && asksAboutAll)) {
    invalidOption(option, `${option} ends with a slash; issuers of Okta have none`)
  }
  invalidOption(
    option,
    `${option} must have the form https://your-domain/oauth2/id, such as .../oauth2/default: tokens of Okta's org authorization server are opaque and cannot be validated; use a custom authorization server, or ask about every token with introspection: { when: 'only', … }`,
  )
}

/** Custom authorization servers of Okta behind a custom domain. */
const CUSTOM_DOMAIN_PATH = /^\/oauth2\/(default|aus[0-9A-Za-z]+)$/

/** Whether this is the issuer of an Okta custom authorization server, as far as its name says. */
export function isOktaIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { hostname, pathname } = new URL(issuer)
  return OKTA_HOST.test(hostname) || CUSTOM_DOMAIN_PATH.test(pathname)
}
