import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthMiddleware, VerifiedAccessToken } from '../src/index.ts'

/** The part of a request that the middleware reads, and `auth`. */
export type TestRequest = IncomingMessage & { auth?: VerifiedAccessToken | undefined }

export const response = {} as ServerResponse

export function request(headers: Record<string, string> = {}): TestRequest {
  return { headers, rawHeaders: [], url: '/' } as never
}

/** What a middleware passes to `next`. */
export function outcome(middleware: AuthMiddleware, req: TestRequest = request()): Promise<unknown> {
  return new Promise((resolve) => middleware(req, response, resolve))
}
