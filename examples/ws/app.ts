// A WebSocket server protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import { createServer, STATUS_CODES } from 'node:http'
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  errorResponse,
} from '@okta-resource-server/core'
import { WebSocketServer } from 'ws'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })
const webSockets = new WebSocketServer({ noServer: true })

export const server = createServer((_request, response) => response.writeHead(426).end())

server.on('upgrade', async (request, socket, head) => {
  const close = (): unknown => socket.destroy()
  socket.on('error', close)
  try {
    const { subject, expiresAt } = await verifier.authenticate(request, readMessages)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', close)
      webSocket.on('error', () => webSocket.terminate())
      // 3000 is the registered code "Unauthorized". Timers cannot wait for more than 24.8 days.
      const end = (): void => webSocket.close(3000, 'The access token has expired')
      const timer = setTimeout(end, Math.min(expiresAt * 1_000 - Date.now(), 2_147_483_647))
      webSocket.on('close', () => clearTimeout(timer))
      webSocket.on('message', () => webSocket.send(JSON.stringify([{ to: subject, text: 'Hello' }])))
    })
  } catch (error) {
    const { status, headers, body } = errorResponse(error)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}connection: close\r\n`
    // Without destroy(), a client that does not close its side would keep the connection open.
    socket.end(`${head}\r\n${JSON.stringify(body)}`, close)
  }
})
