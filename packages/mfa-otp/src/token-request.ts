import { type Call, request } from './http.ts'
import type { ParsedResponse } from './response.ts'
import { encodeFormValue } from './secrets.ts'

/**
 * Posts a form to the token endpoint with the client's credentials, and calls `onExchange`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.2 RFC 6749, section 3.2}
 */
export async function postForm(
  call: Call,
  step: 'password' | 'mfa-otp',
  url: string,
  grant: Record<string, string>,
): Promise<ParsedResponse> {
  const { clientId, clientSecret, onExchange } = call.configuration
  const parameters = clientSecret === undefined ? { client_id: clientId, ...grant } : grant
  const response = await request(call, step, url, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(clientSecret === undefined
        ? {}
        : { authorization: `Basic ${basicCredentials(clientId, clientSecret)}` }),
    },
    body: new URLSearchParams(parameters).toString(),
  })
  onExchange?.({
    step,
    request: { method: 'POST', url, parameters: { ...parameters } },
    response: { status: response.status, body: response.body },
  })
  return response
}

/**
 * Returns the credentials for HTTP Basic authentication. ID and secret are form-encoded first, which changes them if they
 * contain a `:`, `%`, `+` or space.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749, section 2.3.1}
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${encodeFormValue(clientId)}:${encodeFormValue(clientSecret)}`).toString('base64')
}
