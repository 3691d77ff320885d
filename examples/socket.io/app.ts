// A Socket.IO server protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  errorResponse,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { type DefaultEventsMap as Events, Server } from 'socket.io'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })

export const io = new Server<Events, Events, Events, { auth: VerifiedAccessToken }>()

// Browsers send the token with `io(url, { auth: { token } })`; other clients can also send an Authorization header.
io.use(async (socket, next) => {
  try {
    const { token } = socket.handshake.auth
    socket.data.auth =
      token === undefined
        ? await verifier.authenticate(socket.request, readMessages)
        : await verifier.verify(token, readMessages)
    next()
  } catch (error) {
    // The client receives status, headers and body as `data` of its event `connect_error`.
    next(Object.assign(new Error('The connection was refused'), { data: errorResponse(error) }))
  }
})

io.on('connection', (socket) => {
  const { subject, expiresAt } = socket.data.auth
  const lifetime = expiresAt * 1_000 - Date.now()
  // Timers cannot wait for more than 24.8 days. The client can connect again with a new token.
  const timer = setTimeout(() => socket.disconnect(true), Math.min(lifetime, 2_147_483_647))
  socket.on('disconnect', () => clearTimeout(timer))
  socket.on('read', (reply: (messages: object[]) => void) => reply([{ to: subject, text: 'Hello' }]))
})
