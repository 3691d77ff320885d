// Uses the installed packages from a CommonJS module.
const assert = require('node:assert/strict')
const core = require('@okta-resource-server/core')
const { oktaAuth, requireScopes } = require('@okta-resource-server/express')
const { mcpAuth } = require('@okta-resource-server/mcp')
const fastifyAuth = require('@okta-resource-server/fastify')
const { OktaAuthModule } = require('@okta-resource-server/nestjs')

const { redisRevocationStore } = require('@okta-resource-server/redis')
const { createSignalReceiver } = require('@okta-resource-server/signals')

const options = { issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' }
const verifier = core.createAccessTokenVerifier(options)
verifier.verify('a.b.c').then(
  () => assert.fail('a malformed token was accepted'),
  (error) => {
    assert.equal(error.code, 'token_malformed')
    assert.ok(error instanceof core.InvalidTokenError)
    assert.equal(typeof oktaAuth(options), 'function')
    assert.equal(typeof requireScopes('a'), 'function')
    assert.equal(typeof fastifyAuth.default, 'function')
    assert.equal(typeof mcpAuth, 'function')
    assert.equal(fastifyAuth.oktaAuth, fastifyAuth.default)
    assert.equal(OktaAuthModule.forRoot(options).module, OktaAuthModule)
    assert.throws(() => oktaAuth({ issuer: options.issuer }), { name: 'ConfigurationError' })
    assert.throws(() => redisRevocationStore({}), core.ConfigurationError)
    assert.throws(() => createSignalReceiver({}), core.ConfigurationError)
    console.log(`Node.js ${process.versions.node}: require works`)
  },
)
