// A gRPC server protected with access tokens.
import {
  loadPackageDefinition,
  Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceClientConstructor,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { defineRequirements } from '@okta-resource-server/core'
import { authenticate, callError } from './auth.ts'

const readMessages = defineRequirements({ scopes: ['messages:read'] })
const definition = loadPackageDefinition(loadSync(`${import.meta.dirname}/messages.proto`))
export const Messages = definition.Messages as ServiceClientConstructor
export const server = new Server()

server.addService(Messages.service, {
  Read: (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => {
    authenticate(call.metadata, readMessages).then(
      ({ subject }) => callback(null, { to: subject, text: 'Hello' }),
      (error: unknown) => callback(callError(error)),
    )
  },
  Watch: async (call: ServerWritableStream<object, object>) => {
    try {
      const { subject, expiresAt } = await authenticate(call.metadata, readMessages)
      if (call.cancelled) return
      // Timers cannot wait for more than 24.8 days. The client can call again with a new token.
      const lifetime = Math.min(expiresAt * 1_000 - Date.now(), 2_147_483_647)
      const timer = setTimeout(() => call.emit('error', { code: status.UNAUTHENTICATED }), lifetime)
      call.on('cancelled', () => clearTimeout(timer)).write({ to: subject, text: 'Hello' })
    } catch (error) {
      call.emit('error', callError(error))
    }
  },
})
