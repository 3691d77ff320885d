import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from '@trpc/client'
import { expect, it } from 'vitest'
import { bearer, openSetting } from '../setting.ts'
import type { Router } from './app.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { handle } = await import('./app.ts')
const { verifier } = await import('./auth.ts')

/** The responses that the client has got. */
const responses: Response[] = []
const linked = {
  url: 'https://api.example.com/',
  fetch: async (url: string | URL | Request, init: unknown) => {
    const response = await handle(new Request(url, init as RequestInit))
    responses.push(response.clone())
    return response
  },
}
const client = (value?: string, link: typeof httpLink | typeof httpBatchLink = httpLink) =>
  createTRPCClient<Router>({ links: [link({ ...linked, headers: bearer(value) })] })

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const { headers, status } = responses.at(-1) as Response
  if (!(error instanceof TRPCClientError)) throw error
  const code = (error.data as { code: string }).code
  return { status, code, challenge: headers.get('www-authenticate'), retryAfter: headers.get('retry-after') }
}

it('the example trpc responds to a valid token', async () => {
  expect(await client(token).messages.query()).toEqual([{ to: expect.any(String), text: 'Hello' }])
  expect(await client(withoutScope).profile.query()).toEqual({ subject: expect.any(String) })
})

it('the example trpc sends status and challenge of a refusal', async () => {
  expect(await refusal(client().messages.query())).toMatchObject({
    status: 401,
    code: 'UNAUTHORIZED',
    challenge: 'Bearer realm="api"',
  })
  expect(await refusal(client(await expiringIn(-60)).messages.query())).toMatchObject({
    status: 401,
    challenge: expect.stringContaining('error="invalid_token"'),
  })
  expect(await refusal(client(withoutScope).messages.query())).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    challenge: expect.stringContaining('scope="messages:read"'),
  })
})

it('the example trpc sends the challenge of a refusal in a batch', async () => {
  const { messages, profile } = client(withoutScope, httpBatchLink)
  const [refused, accepted] = await Promise.all([refusal(messages.query()), profile.query()])
  expect(refused).toMatchObject({
    status: 207,
    code: 'FORBIDDEN',
    challenge: expect.stringContaining('scope'),
  })
  expect(accepted).toEqual({ subject: expect.any(String) })
})

it('the example trpc sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  expect(await refusal(client(token).messages.query())).toMatchObject({ status: 503, retryAfter: '1' })
})
