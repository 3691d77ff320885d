import { afterAll, expect } from 'vitest'
import {
  type Answer,
  answers,
  type SilentListener,
  silentListener,
} from '../hostile-authorization-server/index.ts'
import { concurrentTest as test } from './concurrent.ts'
import { issuerStatus, outcome, unavailability, until } from './setting.ts'

const SHORT = { timeoutDuration: 800 } as const

const listeners: SilentListener[] = []
afterAll(async () => {
  for (const listener of listeners.splice(0)) await listener.close()
})

async function listen(greeting?: string): Promise<SilentListener> {
  const listener = await silentListener(greeting)
  listeners.push(listener)
  return listener
}

test('hang in connect: a TLS handshake that never ends is cut off by the time limit', async ({ setting }) => {
  const { port, connections } = await listen()
  const issuer = `https://127.0.0.1:${port}/oauth2/default`
  const verifier = setting.verifier({ ...SHORT, issuer })
  await expect(verifier.ready()).rejects.toMatchObject({ status: 503, cause: { code: 'timeout' } })
  expect(connections()).toBe(1)
})

const HANGS: readonly [string, Answer][] = [
  ['headers', answers.hangBeforeHeaders()],
  ['body stalled', answers.stallInBody()],
  ['body dripping', answers.dripBody()],
]

test.for(HANGS)(
  'hang in %s of the metadata is cut off by the time limit',
  async ([, answer], { setting }) => {
    const { server } = setting
    server.metadata = answer
    const { refusal, wire } = await unavailability(setting.verifier(SHORT).verify(server.token()))
    expect(refusal.code).toBe('metadata_unavailable')
    expect(wire.code).toBe('timeout')
    expect(server.count('keys')).toBe(0)
    await until(() => server.hanging === 0)
  },
)

test.for(HANGS)('hang in %s of the keys is cut off by the time limit', async ([, answer], { setting }) => {
  const { server } = setting
  server.keys = answer
  const { refusal, wire } = await unavailability(setting.verifier(SHORT).verify(server.token()))
  expect(refusal.code).toBe('keys_unavailable')
  expect(wire.code).toBe('timeout')
  await until(() => server.hanging === 0)
})

test('one time limit spans discovery and keys: each in time, together too slow', async ({ setting }) => {
  const { server } = setting
  const late: Answer = (exchange) => void setTimeout(answers.genuine(), 600, exchange)
  server.metadata = late
  server.keys = late
  const { wire } = await unavailability(setting.verifier({ timeoutDuration: 1_000 }).verify(server.token()))
  expect(wire.code).toBe('timeout')
  expect(server.count('keys')).toBe(1)
})

test('known metadata that hangs when asked for anew does not keep the keys from being fetched', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier(SHORT)
  server.metadata = answers.hangBeforeHeaders()
  clock.advance(24.5 * 3_600_000)
  await verifier.verify(server.token())
  await until(() => server.count('keys') === 2)
  expect(verifier.status().ready).toBe(true)
})

test('a custom fetch that ignores its signal is waited for no longer', async ({ setting }) => {
  let calls = 0
  const deaf: typeof fetch = () => {
    calls++
    return new Promise(() => {})
  }
  const { wire } = await unavailability(
    setting.verifier({ ...SHORT, fetch: deaf }).verify(setting.server.token()),
  )
  expect(wire.code).toBe('timeout')
  expect(calls).toBe(1)
})

test('the connection of a custom fetch that ignores its signal is given back when the body stalls', async ({
  setting,
}) => {
  const { server } = setting
  const deaf: typeof fetch = (input, init) => fetch(input, { ...init, signal: null })
  server.metadata = answers.stallInBody()
  const stalled = await unavailability(setting.verifier({ ...SHORT, fetch: deaf }).verify(server.token()))
  expect(stalled.wire.code).toBe('timeout')
  await until(() => server.hanging === 0)
})

test('a custom fetch that ignores its signal and answers late: the answer is thrown away', async ({
  setting,
}) => {
  const { server } = setting
  const deaf: typeof fetch = (input, init) => fetch(input, { ...init, signal: null })
  let answer = (): void => {}
  server.metadata = (exchange) => {
    answer = () => answers.stallInBody()(exchange)
  }
  const verifier = setting.verifier({ ...SHORT, fetch: deaf })
  await unavailability(verifier.verify(server.token()))
  // No retry may ask again while the late answer is looked at.
  verifier.close()
  expect(server.hanging).toBe(1)
  answer()
  await until(() => server.hanging === 0)
})

test('close() ends a refresh in flight: who waits gets 503, and the connection ends', async ({ setting }) => {
  const { server } = setting
  server.metadata = answers.hangBeforeHeaders()
  const verifier = setting.verifier({ timeoutDuration: 60_000 })
  const reached = server.nextRequest()
  const waiting = outcome(verifier.verify(server.token()))
  await reached
  verifier.close()
  expect(await waiting).toBe('503 verifier_closed')
  await until(() => server.hanging === 0)
  expect(await outcome(verifier.verify(server.token()))).toBe('503 verifier_closed')
  expect(issuerStatus(verifier).nextRefresh).toBeUndefined()
})

test.for([
  ['on a port of its own', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['that hangs up at once', ''],
])('not HTTP %s: a typed error', async ([, greeting], { setting }) => {
  const { port } = await listen(greeting)
  const verifier = setting.verifier({ issuer: `http://127.0.0.1:${port}/oauth2/default` })
  await expect(verifier.ready()).rejects.toMatchObject({ status: 503, cause: { code: 'network' } })
})
