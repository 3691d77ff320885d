// Uses the installed packages from an ES module.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAccessTokenVerifier, errorResponse } from '@okta-resource-server/core'
import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import fastifyAuth, { oktaAuth as namedFastifyAuth } from '@okta-resource-server/fastify'
import { mcpAuth } from '@okta-resource-server/mcp'
import { OktaAuthModule } from '@okta-resource-server/nestjs'
import { redisReplayStore } from '@okta-resource-server/redis'
import { createSignalReceiver } from '@okta-resource-server/signals'
import express from 'express'
import fastify from 'fastify'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

assert.equal(fastifyAuth, namedFastifyAuth)
assert.equal(OktaAuthModule.forRoot().module, OktaAuthModule)
assert.equal(typeof mcpAuth, 'function')
const { privateKey, publicKey } = await generateKeyPair('RS256')
const key = { ...(await exportJWK(publicKey)), kid: 'smoke', alg: 'RS256', use: 'sig' }

// An authorization server with metadata and keys only.
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  const json =
    request.url === '/oauth2/default/v1/keys' ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/v1/keys` }
  response.end(JSON.stringify(json))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}/oauth2/default`
const audience = 'api://default'
process.env.OKTA_OAUTH2_ISSUER = issuer
process.env.OKTA_OAUTH2_AUDIENCE = audience

const token = await new SignJWT({ cid: 'client', scp: ['messages:read'] })
  .setProtectedHeader({ alg: 'RS256', kid: 'smoke' })
  .setIssuer(issuer)
  .setAudience(audience)
  .setSubject('ada')
  .setIssuedAt()
  .setExpirationTime('5m')
  .sign(privateKey)
const headers = { authorization: `Bearer ${token}` }

const verifier = createAccessTokenVerifier({ issuer, audience })
await verifier.ready()
const auth = await verifier.authenticate(new Request('http://api/', { headers }), {
  scopes: ['messages:read'],
})
assert.equal(auth.subject, 'ada')
await assert.rejects(verifier.verify('a.b.c'), (error) => errorResponse(error).status === 401)
verifier.close()

assert.throws(() => redisReplayStore({}), /client must be/)
assert.throws(() => createSignalReceiver({ issuer: 'https://example.okta.com' }), /store must be/)

// Asynchronous, because this process is the authorization server.
const doctor = join('node_modules', '@okta-resource-server', 'doctor', 'dist', 'main.js')
const { stdout } = await promisify(execFile)(process.execPath, [doctor])
assert.match(stdout, /Nothing is wrong/)

const app = express()
app.use(oktaAuth())
app.get('/messages', requireScopes('messages:read'), (req, res) => res.json(req.auth.claims))
const expressApi = app.listen(0, '127.0.0.1')
await once(expressApi, 'listening')

const fastifyApi = fastify()
fastifyApi.register(fastifyAuth)
fastifyApi.get(
  '/messages',
  { config: { auth: { scopes: ['messages:read'] } } },
  async (request) => request.auth.claims,
)
const fastifyUrl = await fastifyApi.listen({ port: 0, host: '127.0.0.1' })

for (const url of [`http://127.0.0.1:${expressApi.address().port}`, fastifyUrl]) {
  const accepted = await fetch(`${url}/messages`, { headers })
  assert.equal(accepted.status, 200)
  assert.equal((await accepted.json()).sub, 'ada')
  const refused = await fetch(`${url}/messages`)
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /^Bearer realm=/)
}

await fastifyApi.close()
for (const running of [expressApi, server]) {
  running.close()
  running.closeAllConnections()
}
console.log(`Node.js ${process.versions.node}: import works, all three ways answer 200 and 401`)
