import type { ServerResponse } from 'node:http'
import { type OktaErrorCode, oktaError } from './okta-error.ts'

export function respond(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string | undefined> = {},
): void {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) response.setHeader(name, value)
  const json = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': json.length })
  response.end(json)
}

export function respondOktaError(
  response: ServerResponse,
  code: OktaErrorCode,
  headers: Record<string, string | undefined> = {},
): void {
  const { status, body } = oktaError(code)
  respond(response, status, body, headers)
}
