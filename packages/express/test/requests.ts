import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import type { AuthMiddleware, DiagnosticsMessages, VerifiedAccessToken } from '../src/index.ts'

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

/** The messages that are published on a channel from now until the end of the test. */
export function published<Name extends keyof DiagnosticsMessages>(name: Name): DiagnosticsMessages[Name][] {
  const messages: DiagnosticsMessages[Name][] = []
  const listen = (message: unknown): void => {
    messages.push(message as DiagnosticsMessages[Name])
  }
  subscribe(name, listen)
  onTestFinished(() => {
    unsubscribe(name, listen)
  })
  return messages
}
