import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ClientReadableStream,
  credentials,
  Metadata,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { afterAll, expect, it } from 'vitest'
import { openSetting } from '../setting.ts'

const { token, withoutScope, expiringIn } = await openSetting()
const { Messages, server } = await import('./app.ts')
const { authenticate, callError, verifier } = await import('./auth.ts')

const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
    error === null ? resolve(bound) : reject(error),
  )
})
const client = new Messages(`127.0.0.1:${port}`, credentials.createInsecure())
afterAll(() => {
  client.close()
  server.forceShutdown()
})

const metadataOf = (...tokens: readonly string[]): Metadata => {
  const metadata = new Metadata()
  for (const one of tokens) metadata.add('authorization', `Bearer ${one}`)
  return metadata
}
const read = (...tokens: readonly string[]) =>
  new Promise<{ message?: unknown; error?: ServiceError }>((resolve) => {
    client.Read?.({}, metadataOf(...tokens), (error: ServiceError | null, message: unknown) =>
      resolve(error === null ? { message } : { error }),
    )
  })
const watch = (value?: string) => {
  const call = client.Watch?.(
    {},
    metadataOf(...(value === undefined ? [] : [value])),
  ) as ClientReadableStream<unknown>
  const messages: unknown[] = []
  call.on('data', (message) => messages.push(message))
  return { call, messages, ended: new Promise<ServiceError>((resolve) => call.on('error', resolve)) }
}

it('the example grpc responds to a valid token', async () => {
  expect(await read(token)).toEqual({ message: { to: expect.any(String), text: 'Hello' } })
})

it('the example grpc refuses calls and streams with a status, and the challenge as trailing metadata', async () => {
  const cases: [string | undefined, status, string][] = [
    [undefined, status.UNAUTHENTICATED, 'Bearer realm="api"'],
    [await expiringIn(-60), status.UNAUTHENTICATED, 'error="invalid_token"'],
    [withoutScope, status.PERMISSION_DENIED, 'scope="messages:read"'],
  ]
  for (const [value, code, challenge] of cases) {
    const { error } = await read(...(value === undefined ? [] : [value]))
    const ended = await watch(value).ended
    for (const refusal of [error, ended]) {
      expect(refusal?.code).toBe(code)
      expect(refusal?.metadata.get('www-authenticate').join()).toContain(challenge)
    }
  }
})

it('the example grpc refuses a call with two tokens', async () => {
  // The client of Node.js cannot send them.
  const error: unknown = await authenticate(metadataOf(token, token), { scopes: ['openid'] }).catch(callError)
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT })
})

it('the example grpc ends a stream when the token expires', async () => {
  const [brief, long] = [watch(await expiringIn(3)), watch(await expiringIn(60 * 86_400))]
  expect((await brief.ended).code).toBe(status.UNAUTHENTICATED)
  expect(brief.messages).toEqual([{ to: expect.any(String), text: 'Hello' }])
  let hasEnded = false
  void long.ended.then(() => {
    hasEnded = true
  })
  await sleep(10)
  expect(hasEnded).toBe(false)
  long.call.cancel()
})

it('the example grpc sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  const { error } = await read(token)
  expect(error?.code).toBe(status.UNAVAILABLE)
  expect(error?.metadata.get('retry-after')).toEqual(['1'])
})
