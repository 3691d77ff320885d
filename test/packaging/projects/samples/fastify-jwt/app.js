// An API with Fastify 5 that finds its keys over the network. Its routes are open unless they ask for a token.
const { once } = require('node:events')
const { createServer } = require('node:http')
const oktaAuth = require('@okta-resource-server/fastify')
const { fastify } = require('fastify')
const { checkApi } = require('../check.cjs')
const { options, sign } = require('../token.cjs')

async function main() {
  const authorizationServer = createServer((request, response) => {
    const document = request.url === '/keys' ? options.jwks : { issuer, jwks_uri: `${issuer}keys` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  authorizationServer.listen(0, '127.0.0.1')
  await once(authorizationServer, 'listening')
  const issuer = `http://127.0.0.1:${authorizationServer.address().port}/`

  const app = fastify()
  app.register(oktaAuth, { issuer, audience: options.audience, global: false })
  app.get('/', async () => 'open')
  app.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async ({ auth }) => ({
    subject: auth.claims.sub,
  }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const tokenWith = (...scopes) => sign({ iss: issuer, sub: 'ada', scope: scopes.join(' ') })
  await checkApi(`${url}/messages`, tokenWith)
  if ((await fetch(url)).status !== 200) throw new Error('The open route is protected')
  await app.close()
  authorizationServer.close()
  authorizationServer.closeAllConnections()
  console.log('passed')
}
main()
