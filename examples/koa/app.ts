// A Koa API protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  errorResponse,
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import Koa, { type Middleware } from 'koa'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())

/** Koa's own error handler would send the same status and headers, but log each refusal as a fault of the application. */
const authenticate =
  (requirements?: Requirements): Middleware<{ auth: VerifiedAccessToken }> =>
  async (ctx, next) => {
    try {
      ctx.state.auth = await verifier.authenticate(ctx.req, requirements)
    } catch (error) {
      if (!(error instanceof ResourceServerError)) throw error
      const { status, headers, body } = errorResponse(error)
      return Object.assign(ctx, { status, body }).set(headers)
    }
    await next()
  }

export const app = new Koa()
app.use(authenticate({ scopes: ['messages:read'] }))
app.use((ctx) => {
  ctx.body = [{ to: ctx.state.auth.subject, text: 'Hello' }]
})
