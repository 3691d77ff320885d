import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import oktaAuth from '@okta-resource-server/fastify'
import fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { compact } from '../specification/signed-tokens.ts'
import { startApis } from './apis.ts'
import { ask, askWith } from './ask.ts'
import { bearer } from './case.ts'
import { OF_KEYS, OF_PUBLISHED_KEYS } from './cases.ts'
import { describeSetting } from './forged-setting.ts'
import { Workshop } from './workshop.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await Workshop.open()
})
afterAll(() => workshop?.close())

describeSetting(
  { name: 'keys that are fetched', options: ({ options }) => options, cases: OF_KEYS },
  () => workshop,
)

describeSetting(
  {
    name: 'keys that are given',
    options: ({ options, jwks }) => ({ ...options, jwks }),
    cases: OF_PUBLISHED_KEYS,
  },
  () => workshop,
)

test('the addresses that tokens brought were asked by nobody [RFC7515-4.1.2-jku] [RFC7515-4.1.5-x5u] [RFC8725-3.10-addresses]', async () => {
  expect(workshop.trap.requests).toEqual([])
  await ask(workshop.trap.url)
  expect(workshop.trap.requests).toEqual(['/keys'])
})

/** Keys that nobody should publish, and nothing else. */
const onlyUnfit = (): object[] =>
  workshop.jwks.keys.filter((jwk) => /^(private|oct)/.test(String((jwk as { kid?: unknown } | null)?.kid)))

test('where only private and symmetric keys are published, every API says that it cannot decide: 503 [RFC7517-9.2-private]', async () => {
  const server = await HostileAuthorizationServer.start()
  server.publish()
  server.otherKeys = onlyUnfit()
  const { apis, stop } = await startApis({ ...workshop.options, issuer: server.issuer })
  const claims = JSON.stringify(workshop.claims({ claims: { iss: server.issuer } }))
  for (const name of ['private rsa', 'private ec', 'private ed25519']) {
    const { kid, algorithm } = workshop.key(name)
    const token = compact(JSON.stringify({ kid, alg: algorithm }), claims, workshop.key(name))
    for (const { url } of apis) {
      const { status, headers } = await askWith(token, `${url}/any`)
      expect([status, headers['www-authenticate'], headers['cache-control']]).toEqual([
        503,
        undefined,
        'no-store',
      ])
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    }
  }
  await stop()
  await server.goDown()
})

test('an API that is given only private and symmetric keys does not start [RFC7517-9.2-private]', async () => {
  const options = { ...workshop.options, jwks: { keys: onlyUnfit() } as Workshop['jwks'] }
  const refusal = { name: 'ConfigurationError', option: 'jwks' }

  expect(options.jwks.keys).toHaveLength(6)
  expect(() => createAccessTokenVerifier(options)).toThrow(expect.objectContaining(refusal))
  expect(() => expressAuth(options)).toThrow(expect.objectContaining(refusal))
  await expect(fastify().register(oktaAuth, options)).rejects.toMatchObject(refusal)
})

test('good and bad tokens that come together are told apart', async () => {
  const { apis, stop } = await startApis(workshop.options)
  for (const { url } of apis) {
    const kinds = ['es256', 'stranger', 'off the curve', 'private ec', 'small order']
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const key = kinds[index % kinds.length] as string
        return ask(`${url}/any`, bearer(workshop.token({ key, claims: { jti: `${index}` } })))
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_, index) => (index % kinds.length === 0 ? 200 : 401)),
    )
  }
  await stop()
})
