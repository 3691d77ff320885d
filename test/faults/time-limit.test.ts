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

test('a TLS handshake that never ends is aborted at the time limit', async ({ setting }) => {
  const { port, connections } = await listen()
  const issuer = `https://127.0.0.1:${port}/oauth2/default`
  const verifier = setting.verifier({ ...SHORT, issuer })
  await expect(verifier.ready()).rejects.toMatchObject({ status: 503, cause: { code: 'timeout' } })
  expect(connections()).toBe(1)
})

const HANGS: readonly [string, Answer][] = [
  ['never starts', answers.hangBeforeHeaders()],
  ['stops in the body', answers.stallInBody()],
  ['sends its body too slowly', answers.dripBody()],
]

test.for(HANGS)(
  'a metadata response that %s is aborted at the time limit',
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

test.for(HANGS)('a key response that %s is aborted at the time limit', async ([, answer], { setting }) => {
  const { server } = setting
  server.keys = answer
  const { refusal, wire } = await unavailability(setting.verifier(SHORT).verify(server.token()))
  expect(refusal.code).toBe('keys_unavailable')
  expect(wire.code).toBe('timeout')
  await until(() => server.hanging === 0)
})

test('the time limit applies to the metadata and the keys together', async ({ setting }) => {
  const { server } = setting
  const late: Answer = (exchange) => void setTimeout(answers.genuine(), 1_200, exchange)
  server.metadata = late
  server.keys = late
  const { wire } = await unavailability(setting.verifier({ timeoutDuration: 2_000 }).verify(server.token()))
  expect(wire.code).toBe('timeout')
  expect(server.count('keys')).toBe(1)
})

test('keys are fetched even if the refresh of the known metadata hangs', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier(SHORT)
  server.metadata = answers.hangBeforeHeaders()
  clock.advance(24.5 * 3_600_000)
  await verifier.verify(server.token())
  await until(() => server.count('keys') === 2)
  expect(verifier.status().ready).toBe(true)
})

test('the time limit applies to a custom fetch that ignores its signal', async ({ setting }) => {
  let calls = 0
  const ignoringSignal: typeof fetch = () => {
    calls++
    return new Promise(() => {})
  }
  const { wire } = await unavailability(
    setting.verifier({ ...SHORT, fetch: ignoringSignal }).verify(setting.server.token()),
  )
  expect(wire.code).toBe('timeout')
  expect(calls).toBe(1)
})

test('the connection of a custom fetch that ignores its signal is closed if the body stalls', async ({
  setting,
}) => {
  const { server } = setting
  const ignoringSignal: typeof fetch = (input, init) => fetch(input, { ...init, signal: null })
  server.metadata = answers.stallInBody()
  const stalled = await unavailability(
    setting.verifier({ ...SHORT, fetch: ignoringSignal }).verify(server.token()),
  )
  expect(stalled.wire.code).toBe('timeout')
  await until(() => server.hanging === 0)
})

test('a late response to a custom fetch that ignores its signal is discarded', async ({ setting }) => {
  const { server } = setting
  const ignoringSignal: typeof fetch = (input, init) => fetch(input, { ...init, signal: null })
  let answer = (): void => {}
  server.metadata = (exchange) => {
    answer = () => answers.stallInBody()(exchange)
  }
  const verifier = setting.verifier({ ...SHORT, fetch: ignoringSignal })
  await unavailability(verifier.verify(server.token()))
  // Prevents retries while the late response is checked.
  verifier.close()
  expect(server.hanging).toBe(1)
  answer()
  await until(() => server.hanging === 0)
})

test('close() aborts a pending refresh: waiting requests get a 503, and the connection is closed', async ({
  setting,
}) => {
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
  ['sends something else', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['closes the connection immediately', ''],
])('a server that does not speak HTTP but %s causes a typed error', async ([, greeting], { setting }) => {
  const { port } = await listen(greeting)
  const verifier = setting.verifier({ issuer: `http://127.0.0.1:${port}/oauth2/default` })
  await expect(verifier.ready()).rejects.toMatchObject({ status: 503, cause: { code: 'network' } })
})
