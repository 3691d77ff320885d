import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Knobs } from './options.ts'
import { respond, respondOktaError } from './respond.ts'

/** Handles the request as the configured outage requires. Returns `false` if there is no outage for this path. */
export function simulateOutage(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  knobs: Knobs,
): boolean {
  if (knobs.outage === 'none' || !knobs.outagePaths.test(path)) return false
  switch (knobs.outage) {
    case 'refuse':
      request.socket.destroy()
      break
    case 'hang':
      break
    case '500':
      if (path.endsWith('/v1/token')) {
        respond(response, 500, {
          error: 'server_error',
          error_description: 'Something went wrong on the server.',
        })
      } else respondOktaError(response, 'E0000009')
      break
    case '503':
      respondOktaError(response, 'E0000010')
      break
    case 'malformed':
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<html><body>Down for maintenance</body></html>')
  }
  return true
}
