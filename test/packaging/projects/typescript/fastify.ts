import plugin, { type OktaAuthOptions, oktaAuth } from '@okta-resource-server/fastify'
import { fastify } from 'fastify'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [IsAny<OktaAuthOptions>, IsAny<OktaAuthOptions['credentials']>, IsAny<typeof plugin>] =
  [false, false, false]

declare module '@okta-resource-server/fastify' {
  interface AuthTypes {
    claims: { readonly sub: string; readonly groups: string[] }
  }
}

export const app = fastify()
app.register(oktaAuth, { issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' })
app.register(plugin, { credentials: 'optional' })
app.get(
  '/',
  { config: { auth: { scopes: ['messages:read'] } } },
  async (request): Promise<string[]> => request.auth.claims.groups,
)

// @ts-expect-error credentials is 'required' or 'optional'
app.register(oktaAuth, { credentials: 'none' })
