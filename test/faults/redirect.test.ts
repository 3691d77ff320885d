import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers, HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { outcome, Setting, unavailability } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

test.each([1, 2, 3])('%i redirects on the same origin are followed', async (hops) => {
  const { server } = setting
  server.metadata = answers.redirectChain(hops)
  server.keys = answers.redirectChain(hops)
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test('a fourth redirect is rejected', async () => {
  const { server } = setting
  server.keys = answers.redirectChain(4)
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe('redirect_refused')
  expect(server.count('keys')).toBe(4)
})

test('a redirect loop is rejected', async () => {
  const { server } = setting
  server.keys = answers.redirect(server.jwksUri)
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe('redirect_refused')
})

test('a redirect to another origin is rejected, without a request to that origin', async () => {
  const { server } = setting
  const other = await HostileAuthorizationServer.start()
  try {
    for (const document of ['metadata', 'keys'] as const) {
      server.behave()
      server[document] = answers.redirect(other.jwksUri)
      const { wire } = await unavailability(setting.verifier().verify(server.token()))
      expect(wire.code).toBe('redirect_refused')
    }
    expect(other.requests).toHaveLength(0)
  } finally {
    await other.goDown()
  }
})

test.each([
  ['another scheme', (origin: string) => `${origin.replace('http:', 'https:')}/v1/keys`],
  ['a file: URL', () => 'file:///etc/hostname'],
  ['a data: URL', () => 'data:application/json,{"keys":[]}'],
  ['a URL without a host', () => 'http://'],
])('a redirect to %s is rejected', async (_, location) => {
  const { server } = setting
  server.keys = answers.redirect(location(server.origin))
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe('redirect_refused')
  expect(server.count('keys')).toBe(1)
})
