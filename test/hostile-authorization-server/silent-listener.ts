import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A TCP listener that is not an HTTP server. */
export interface SilentListener {
  readonly port: number
  /** Number of connections accepted so far. */
  readonly connections: () => number
  close(): Promise<void>
}

/** Accepts connections but sends nothing, so that a TLS handshake never ends; or sends `greeting` and closes the connection. */
export async function silentListener(greeting?: string): Promise<SilentListener> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.resume()
    if (greeting !== undefined) socket.end(greeting)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
