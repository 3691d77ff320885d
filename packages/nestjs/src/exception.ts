import type { ServerResponse } from 'node:http'
import {
  BadRequestException,
  ForbiddenException,
  type HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { errorResponse, type ResourceServerError } from '@okta-resource-server/core'
import onHeaders from 'on-headers'

/** By status: the class of Nest, and the code that clients of GraphQL know. */
const KINDS = {
  400: [BadRequestException, 'BAD_REQUEST'],
  401: [UnauthorizedException, 'UNAUTHENTICATED'],
  403: [ForbiddenException, 'FORBIDDEN'],
  503: [ServiceUnavailableException, 'SERVICE_UNAVAILABLE'],
} as const

/**
 * The exception of Nest for a refusal, with the refusal as its `cause`. Nest does not log it, and every exception filter
 * knows its status. GraphQL servers read `extensions` and `statusCode`.
 *
 * @param response - `undefined` if it cannot be reached, which is so for Apollo on Fastify; Apollo then sets the headers
 */
export function exceptionOf(error: ResourceServerError, response: ServerResponse | undefined): HttpException {
  const [Exception, code] = KINDS[error.status as keyof typeof KINDS]
  const exception = new Exception(errorResponse(error).body, { cause: error })
  exception.message = error.message
  const headers = response === undefined && { headers: new Map(Object.entries(error.headers)) }
  const extensions = { code, reason: error.code, http: { status: error.status, ...headers } }
  return Object.defineProperties(exception, {
    // GraphQL servers send the stack to clients during development.
    stack: { value: error.stack, configurable: true, writable: true },
    extensions: { value: extensions, configurable: true },
    statusCode: { value: error.status, configurable: true },
  })
}

/** The headers of refusals of each response, by status: of many refused fields of a GraphQL query, only the first counts. */
const refusals = new WeakMap<ServerResponse, Map<number, ResourceServerError['headers']>>()

/**
 * Sends the challenge of a refusal, or its `Retry-After`, whatever exception filter responds. The headers are sent only with
 * the status of the refusal, and never replace one that is set.
 */
export function sendHeaders(response: ServerResponse, error: ResourceServerError): void {
  if (response.headersSent) return
  const known = refusals.get(response) ?? new Map()
  if (!refusals.has(response)) {
    refusals.set(response, known)
    onHeaders(response, () => {
      for (const [name, value] of Object.entries(known.get(response.statusCode) ?? {})) {
        if (!response.hasHeader(name)) response.setHeader(name, value as string)
      }
    })
  }
  if (!known.has(error.status)) known.set(error.status, error.headers)
}
