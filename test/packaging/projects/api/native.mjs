// An API on the own server of Bun or Deno, with keys from the network.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createAccessTokenVerifier, ResourceServerError } from '@okta-resource-server/core'
import { checkApi, options } from './check.cjs'
import { tokenWith } from './token.cjs'

const { issuer, audience, jwks } = options
const authorizationServer = createServer((request, response) => {
  const document = request.url === '/keys' ? jwks : { issuer, jwks_uri: `${origin()}/keys` }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
})
authorizationServer.listen(0, '127.0.0.1')
await once(authorizationServer, 'listening')
const origin = () => `http://127.0.0.1:${authorizationServer.address().port}`

const remote = { issuer, audience, metadataUri: `${origin()}/metadata` }
const verifier = createAccessTokenVerifier(remote)
const cold = createAccessTokenVerifier(remote)

async function answer(request) {
  try {
    const by = new URL(request.url).pathname === '/cold' ? cold : verifier
    const { subject } = await by.authenticate(request, { scopes: ['messages:read'] })
    return Response.json({ subject })
  } catch (error) {
    if (error instanceof ResourceServerError) return error.getResponse()
    throw error
  }
}

function serve() {
  const address = { port: 0, hostname: '127.0.0.1' }
  if (globalThis.Bun !== undefined) {
    const server = Bun.serve({ ...address, fetch: answer })
    return { port: server.port, stop: () => server.stop(true) }
  }
  const server = Deno.serve({ ...address, onListen() {} }, answer)
  return { port: server.addr.port, stop: () => server.shutdown() }
}

const { port, stop } = serve()
const url = `http://127.0.0.1:${port}`
await checkApi(url)
authorizationServer.close()
authorizationServer.closeAllConnections()
await checkApi(url)
const unavailable = await fetch(`${url}/cold`, { headers: { authorization: `Bearer ${tokenWith()}` } })
assert.equal(unavailable.status, 503)
assert.match(unavailable.headers.get('retry-after'), /^[1-9]\d*$/)
await unavailable.text()
await stop()
verifier.close()
cold.close()
console.log('passed')
