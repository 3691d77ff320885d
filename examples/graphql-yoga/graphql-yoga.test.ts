import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { bearer, listen, openSetting } from '../setting.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { yoga } = await import('./app.ts')
const { verifier } = await import('./auth.ts')
const url = await listen(createServer(yoga))

async function query(text: string, value?: string) {
  const headers = { 'content-type': 'application/json', ...bearer(value) }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: text }),
  })
  const { data, errors } = (await response.json()) as {
    data?: unknown
    errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
  }
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    data,
    code: errors?.[0]?.extensions.code,
  }
}
const MESSAGES = '{ messages { to text } }'

it('the example graphql-yoga responds to a valid token', async () => {
  expect(await query(MESSAGES, token)).toMatchObject({
    status: 200,
    data: { messages: [{ to: expect.any(String), text: 'Hello' }] },
  })
  expect(await query('{ subject }', withoutScope)).toMatchObject({
    status: 200,
    data: { subject: expect.any(String) },
  })
})

it('the example graphql-yoga sends status and challenge of a refusal', async () => {
  expect(await query(MESSAGES)).toMatchObject({
    status: 401,
    challenge: 'Bearer realm="api"',
    code: 'missing_token',
  })
  expect(await query(MESSAGES, await expiringIn(-60))).toMatchObject({
    status: 401,
    challenge: expect.stringContaining('error="invalid_token"'),
    code: 'token_expired',
  })
  expect(await query(MESSAGES, withoutScope)).toMatchObject({
    status: 403,
    challenge: expect.stringContaining('scope="messages:read"'),
    code: 'insufficient_scope',
  })
})

it('the example graphql-yoga sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  expect(await query(MESSAGES, token)).toMatchObject({
    status: 503,
    retryAfter: '1',
    code: 'verifier_closed',
  })
})
