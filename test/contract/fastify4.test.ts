import { createAccessTokenVerifier } from '@okta-resource-server/core'
import oktaAuth, { protectedResourceMetadata } from '@okta-resource-server/fastify'
import { AUDIENCE } from '@okta-resource-server/testing'
import createFastify4 from 'fastify4'
import { expect, test } from 'vitest'

test('Fastify 4 serves the protected resource metadata beside a plugin with a prefix', async () => {
  const verifier = createAccessTokenVerifier({
    issuer: 'https://example.okta.com/oauth2/default',
    audience: AUDIENCE,
    resource: 'https://api.example.com/v1',
  })
  const app = createFastify4()
  await app.register(protectedResourceMetadata, { verifier })
  await app.register(async (api) => void (await api.register(oktaAuth, { verifier })), { prefix: '/v1' })
  const { statusCode, body } = await app.inject('/.well-known/oauth-protected-resource/v1')

  expect(statusCode).toBe(200)
  expect(JSON.parse(body)).toMatchObject({ resource: 'https://api.example.com/v1' })
  await app.close()
  verifier.close()
})
