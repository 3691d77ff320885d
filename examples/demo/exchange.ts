import type { Exchange } from '@okta-resource-server/mfa-otp'

const SECRET_PARAMETERS = ['password', 'otp']
const TOKENS = ['mfa_token', 'access_token', 'id_token', 'refresh_token', 'device_secret']

function redact(name: string, value: unknown): string {
  const text = String(value)
  if (SECRET_PARAMETERS.includes(name)) return '*'.repeat(text.length)
  return TOKENS.includes(name) ? `${text.slice(0, 8)}... (${text.length} characters)` : text
}

function lines(values: object, separator: string): string[] {
  return Object.entries(values).map(([name, value]) => `      ${name}${separator}${redact(name, value)}`)
}

/** Formats a request and its response. Secrets are replaced with asterisks, and tokens are shortened. */
export function describe({ request, response }: Exchange): string {
  const body =
    typeof response.body === 'object' && response.body !== null ? response.body : { body: 'not JSON' }
  return [
    `  > ${request.method} ${request.url}`,
    ...lines(request.parameters, ' = '),
    `  < HTTP ${response.status}`,
    ...lines(body, ': '),
  ].join('\n')
}
