import type { ServerResponse } from 'node:http'
import {
  BadRequestException,
  ForbiddenException,
  type HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { errorResponse, type ResourceServerError } from '@okta-resource-server/core'

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
