// A node:http API protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  errorResponse,
} from '@okta-resource-server/core'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })

// CORS: browsers send preflight requests (OPTIONS) without a token, so respond to them before authenticate(). Send
// `Access-Control-Expose-Headers: WWW-Authenticate` with every response.
async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '/').split('?', 1)
  const json = { 'content-type': 'application/json' }
  if (path === '/health') {
    // This route is not protected. It responds with 503 until the keys have been fetched.
    const { ready, issuers } = verifier.status()
    // `lastError` is left out because it contains URLs of your network. Log it instead.
    const shown = issuers.map(({ lastError, ...issuer }) => issuer)
    response.writeHead(ready ? 200 : 503, json).end(JSON.stringify({ ready, issuers: shown }))
  } else if (path === '/messages') {
    const { subject } = await verifier.authenticate(request, readMessages)
    response.writeHead(200, json).end(JSON.stringify([{ to: subject, text: 'Hello' }]))
  } else {
    const { subject, clientId, scopes } = await verifier.authenticate(request)
    if (path === '/profile') response.writeHead(200, json).end(JSON.stringify({ subject, clientId, scopes }))
    else response.writeHead(404, json).end('{"error":"not_found"}')
  }
}

export const server = createServer((request, response) => {
  respond(request, response).catch((error: unknown) => {
    const { status, headers, body } = errorResponse(error)
    response.writeHead(status, headers).end(JSON.stringify(body))
  })
})

// WebSockets and other upgrades: the request is authenticated before the protocol changes.
server.on('upgrade', (request, socket) => {
  // Without a listener, an error of the socket (for example if the client disconnects) would end the process.
  socket.on('error', () => socket.destroy())
  verifier.authenticate(request, readMessages).then(
    // Call `webSocketServer.handleUpgrade(request, socket, head, …)` here instead.
    () => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'),
    (error: unknown) => {
      const { status, headers, body } = errorResponse(error)
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      // Without destroy(), a client that does not close its side would keep the connection open.
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Connection: close\r\n\r\n${JSON.stringify(body)}`,
        () => socket.destroy(),
      )
    },
  )
})
server.on('close', () => verifier.close())
