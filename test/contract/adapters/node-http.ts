import type { IncomingMessage } from 'node:http'
import {
  errorResponse,
  MissingTokenError,
  type RequestLike,
  responseHeaders,
} from '@okta-resource-server/core'
import { type Adapter, listen, OPTIONAL, PARSED, requirementsOf } from '../adapter.ts'

async function withForm(request: IncomingMessage): Promise<RequestLike> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
  const { method, headers, rawHeaders, url, socket } = request
  return { method, headers, rawHeaders, url, socket, body }
}

/** Core without a framework, as the README shows it. */
export const nodeHttp: Adapter = {
  name: 'node:http',
  start: (options) =>
    listen(async (request, response) => {
      const path = new URL(request.url as string, 'http://localhost').pathname
      try {
        const given = request.method === 'POST' && PARSED.includes(path) ? await withForm(request) : request
        const { subject, scopes } = await options.verifier.authenticate(given, requirementsOf(path))
        response.writeHead(200, { ...responseHeaders(given) }).end(JSON.stringify({ subject, scopes }))
      } catch (error) {
        if (path === OPTIONAL && error instanceof MissingTokenError && error.code === 'missing_token') {
          response.end('{"subject":null}')
          return
        }
        const { status, headers, body } = errorResponse(error)
        if (options.logs === true) console.error(error)
        response.writeHead(status, headers).end(JSON.stringify(body))
      }
    }, options),
}
