import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { HOUR, issuerStatus, outcome, Setting, unavailability, until } from './setting.ts'

const MEGABYTE = 1_048_576

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

test('a response of 10 MB is aborted at the size limit', async () => {
  const { server } = setting
  server.keys = answers.huge(10 * MEGABYTE)
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe('too_large')
})

test('an endless response is aborted, and known keys stay in use', async () => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ tokenCache: false })
  let written = 0
  server.keys = answers.endless((bytes) => {
    written = bytes
  })
  clock.advance(1.1 * HOUR)
  const reached = server.nextRequest()
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  await reached
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  await until(() => issuerStatus(verifier).lastError?.code === 'too_large')
  await until(() => written > 0)
  // The buffers of two sockets add to the size limit.
  expect(written).toBeLessThan(32 * MEGABYTE)
})

test('a compressed response of 100 MB is aborted after 1 MB, before it fills the memory', async () => {
  const { server } = setting
  server.keys = answers.compressedBomb(100 * MEGABYTE)
  const before = process.memoryUsage()
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  const after = process.memoryUsage()
  expect(wire.code).toBe('too_large')
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(
    40 * MEGABYTE,
  )
})

test('a response just below the limit is accepted', async () => {
  const { server } = setting
  server.keys = answers.huge(MEGABYTE - 4_096)
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test('a compressed response of normal size is accepted', async () => {
  const { server } = setting
  server.keys = answers.compressed()
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})
