import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on the loopback interface. */
export interface TestServer {
  /** Its origin, for example `http://127.0.0.1:49152`. */
  readonly url: string
  /** Stops listening and ends open connections. */
  readonly close: () => Promise<void>
}

/**
 * Serves on a free port of the loopback interface until `close()` is called.
 *
 * Tests that run in Vitest use `serve` of `@okta-resource-server/testing/vitest`, which closes the server when the test ends.
 */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
