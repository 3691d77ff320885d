import type { Answer } from './answer.ts'
import { type Call, request } from './http.ts'
import { encodeFormValue } from './secrets.ts'

/**
 * Posts one form to the token endpoint, as this client, and reports the exchange.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export async function postForm(
  call: Call,
  step: 'password' | 'mfa-otp',
  url: string,
  grant: Record<string, string>,
): Promise<Answer> {
  const { clientId, clientSecret, onExchange } = call.configuration
  const parameters = clientSecret === undefined ? { client_id: clientId, ...grant } : grant
  const answer = await request(call, step, url, {
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
    response: { status: answer.status, body: answer.body },
  })
  return answer
}

/**
 * Encodes id and secret as form values first, which matters as soon as one holds a `:`, `%`, `+` or space.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${encodeFormValue(clientId)}:${encodeFormValue(clientSecret)}`).toString('base64')
}
