// Starts the server on PORT (default: 3000).
import { ServerCredentials } from '@grpc/grpc-js'
import { server } from './app.ts'

server.bindAsync(`0.0.0.0:${process.env.PORT ?? 3000}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  console.log('Listening on', port)
})
