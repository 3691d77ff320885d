import type { FetchedJwkSet } from '@okta-resource-server/core'
import { expect } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { concurrentTest as test } from './concurrent.ts'
import { HOUR, issuerStatus, outcome, refreshEnd, type Setting, unavailability } from './setting.ts'

/** Keys as a previous run of the API exported them. */
async function exportedJwks(setting: Setting): Promise<FetchedJwkSet> {
  const verifier = await setting.warmVerifier()
  const json = JSON.stringify(verifier.exportJwks(setting.server.issuer))
  verifier.close()
  return JSON.parse(json) as FetchedJwkSet
}

test('with keys of a previous run, a cold start does not wait for a server that hangs', async ({
  setting,
}) => {
  const { server, clock } = setting
  const initialJwks = await exportedJwks(setting)
  clock.advance(HOUR / 2)
  server.metadata = answers.hangBeforeHeaders()
  const verifier = setting.verifier({ initialJwks })
  await verifier.ready()
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  expect(issuerStatus(verifier).age).toBeGreaterThanOrEqual(HOUR / 2)
})

test('the first request starts a refresh, after which a withdrawn key verifies nothing', async ({
  setting,
}) => {
  const { server } = setting
  const withdrawn = server.signingKey
  const initialJwks = await exportedJwks(setting)
  await server.rotate({ withdraw: true })
  const verifier = setting.verifier({ initialJwks })
  const end = refreshEnd(server.issuer)
  await verifier.ready()
  await end
  expect(await outcome(verifier.verify(server.token(withdrawn)))).toBe('401 key_unknown')
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('a key that was withdrawn after an image was built does not come back at a cold start', async ({
  setting,
}) => {
  const { server, clock } = setting
  const withdrawn = server.signingKey
  const initialJwks = await exportedJwks(setting)
  await server.rotate({ withdraw: true })
  clock.advance(HOUR)
  for (let starts = 0; starts < 3; starts++) {
    const verifier = setting.verifier({ initialJwks })
    expect(await outcome(verifier.verify(server.token(withdrawn)))).toBe('401 key_unknown')
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  }
})

test.for([
  ['is down', undefined],
  ['has no metadata', { metadata: answers.status(404) }],
  ['fails', { keys: answers.status(503, { 'retry-after': '60' }) }],
  ['sends HTML', { keys: answers.text('<html>', 'text/html') }],
  ['has no keys', { keys: answers.json({ keys: [] }) }],
] as const)(
  'old keys are used at a cold start while the authorization server %s, until staleIfError has passed',
  async ([, fault], { setting }) => {
    const { server, clock } = setting
    const initialJwks = await exportedJwks(setting)
    if (fault === undefined) await server.goDown()
    else Object.assign(server, fault)
    clock.advance(24.9 * HOUR)
    const verifier = setting.verifier({ initialJwks })
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    await unavailability(verifier.verify(server.forgedToken()))
    clock.advance(0.1 * HOUR)
    const later = setting.verifier({ initialJwks })
    for (const one of [verifier, later]) {
      await unavailability(one.verify(server.token()))
      expect(one.status().ready).toBe(false)
    }
  },
)

test('keys whose time of fetching is in the future are not used', async ({ setting }) => {
  const { server, clock } = setting
  const initialJwks = await exportedJwks(setting)
  clock.back(HOUR)
  await server.goDown()
  await unavailability(setting.verifier({ initialJwks }).verify(server.token()))
})
