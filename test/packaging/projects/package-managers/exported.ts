import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { oktaAuth } from '@okta-resource-server/express'
import { oktaAuth as plugin } from '@okta-resource-server/fastify'
import { fastify } from 'fastify'

// The compiler has to write the types of these exports into a declaration.
export const verifier = createAccessTokenVerifier({
  issuer: 'https://example.okta.com/oauth2/default',
  audience: 'api://default',
})
export const middleware = oktaAuth({ verifier })
export const app = fastify()
app.register(plugin, { verifier })
export const { accessTokenVerifier } = app
