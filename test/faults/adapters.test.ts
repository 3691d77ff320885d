import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type AccessTokenVerifier, oktaAuth as expressAuth } from '@okta-resource-server/express'
import fastifyAuth from '@okta-resource-server/fastify'
import { bearer } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express from 'express'
import fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { HOUR, Setting, until } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

async function startExpress(verifier: AccessTokenVerifier): Promise<string> {
  const app = express()
  // Express prints no errors.
  app.set('env', 'test')
  app.use(expressAuth({ verifier }))
  app.get('/', (_req, res) => {
    res.json({})
  })
  return serve(app)
}

async function startFastify(verifier: AccessTokenVerifier): Promise<string> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(fastifyAuth, { verifier })
  app.get('/', async () => ({}))
  onTestFinished(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

describe.each([
  ['Express', startExpress],
  ['Fastify', startFastify],
])('%s', (_, start) => {
  const ask = (url: string) => fetch(url, { headers: bearer(setting.server.token()) })

  function expectUnavailable({ status, headers }: Response, maxWait: number): void {
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(maxWait)
    expect(headers.get('www-authenticate')).toBeNull()
  }

  test('if the clock steps back during an outage at startup, responses are 503 until the server is up, and then 200', async () => {
    const { server, clock } = setting
    await server.goDown()
    const verifier = setting.verifier()
    const url = await start(verifier)
    expectUnavailable(await ask(url), 1)
    clock.back(HOUR)
    expectUnavailable(await ask(url), 1)
    await server.comeUp()
    await until(() => verifier.status().ready)
    expect((await ask(url)).status).toBe(200)
  })

  test('if the clock steps back during an outage, requests are accepted with the known keys', async () => {
    const { server, clock } = setting
    const verifier = await setting.warmVerifier()
    const url = await start(verifier)
    await server.goDown()
    clock.advance(2 * HOUR)
    expect((await ask(url)).status).toBe(200)
    clock.back(2 * HOUR)
    expect((await ask(url)).status).toBe(200)
    await server.comeUp()
    await until(() => verifier.status().issuers[0]?.lastError === undefined)
    expect((await ask(url)).status).toBe(200)
  })

  test('if the verifier is closed while a request waits for keys, the response is 503, as for every later request', async () => {
    const { server } = setting
    server.metadata = answers.hangBeforeHeaders()
    const verifier = setting.verifier({ timeoutDuration: 60_000 })
    const url = await start(verifier)
    const reached = server.nextRequest()
    const waiting = ask(url)
    await reached
    verifier.close()
    expectUnavailable(await waiting, 1)
    expectUnavailable(await ask(url), 1)
  })

  test('if the verifier is closed after the keys have arrived, a token whose signature is then verified is not accepted', async () => {
    const verifier = setting.verifier()
    const url = await start(verifier)
    const close = () => verifier.close()
    subscribe('okta-resource-server:refresh.succeeded', close)
    onTestFinished(() => {
      unsubscribe('okta-resource-server:refresh.succeeded', close)
    })
    expectUnavailable(await ask(url), 1)
    expect(setting.server.count('keys')).toBe(1)
  })
})
