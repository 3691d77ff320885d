import { createAccessTokenVerifier, oktaAuth } from '@okta-resource-server/express'
import { oktaAuth as plugin } from '@okta-resource-server/fastify'
import { mcpAuth } from '@okta-resource-server/mcp'
import { OktaAuthModule } from '@okta-resource-server/nestjs'
import { redisReplayStore } from '@okta-resource-server/redis'
import { createLogoutReceiver } from '@okta-resource-server/signals'
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
export const mcp = mcpAuth({ verifier })
export const nestModule = OktaAuthModule.forRoot({ verifier })
export const replayStore = redisReplayStore
export const receiver = createLogoutReceiver
