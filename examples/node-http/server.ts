// A bare node:http API behind Okta. Needs OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE; listens on PORT, or 3000.
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  errorResponse,
} from '@okta-resource-server/core'

const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })

// For browsers of another origin, answer OPTIONS yourself, before authenticate(), since a preflight request carries
// no token, and send `Access-Control-Expose-Headers: WWW-Authenticate` with every answer.
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '/').split('?', 1)
  const json = { 'content-type': 'application/json' }
  if (path === '/health') {
    const { ready, issuers } = verifier.status()
    // `lastError` is for your logs: it holds addresses of your network.
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
  answer(request, response).catch((error: unknown) => {
    const { status, headers, body } = errorResponse(error)
    response.writeHead(status, headers).end(body)
  })
})

// A WebSocket, or any other upgrade, is decided on before the protocol changes.
server.on('upgrade', (request, socket) => {
  // The socket is ours now, and so are its errors: a client that leaves early must not end the process.
  socket.on('error', () => socket.destroy())
  verifier.authenticate(request, readMessages).then(
    // Here you would call `webSocketServer.handleUpgrade(request, socket, head, …)`.
    () => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n'),
    (error: unknown) => {
      const { status, headers, body } = errorResponse(error)
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Connection: close\r\n\r\n${body}`,
      )
    },
  )
})
server.on('close', () => verifier.close())

if (import.meta.main) {
  // Ahead of the first request; if the authorization server is out of reach, tries go on in the background.
  verifier.ready().catch((error: Error) => console.error(error.message))
  server.listen(Number(process.env.PORT ?? 3000), () => console.log('Listening on', server.address()))
}
