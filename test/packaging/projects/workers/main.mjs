// Runs the bundled worker in Miniflare, with keys from the network.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Miniflare } from 'miniflare'
import { checkApi, options } from './check.cjs'

const { issuer, audience, jwks } = options
const authorizationServer = createServer((request, response) => {
  const document = request.url === '/keys' ? jwks : { issuer, jwks_uri: `${origin()}/keys` }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
})
authorizationServer.listen(0, '127.0.0.1')
await once(authorizationServer, 'listening')
const origin = () => `http://127.0.0.1:${authorizationServer.address().port}`

const miniflare = new Miniflare({
  modules: true,
  scriptPath: 'out/worker.js',
  compatibilityDate: '2026-01-15',
  compatibilityFlags: ['nodejs_compat'],
  bindings: { ISSUER: issuer, AUDIENCE: audience, METADATA: `${origin()}/metadata` },
})
await checkApi(String(await miniflare.ready))
await miniflare.dispose()
authorizationServer.close()
authorizationServer.closeAllConnections()
console.log('passed')
