import { Writable } from 'node:stream'
import { signToken, verifierOptions } from '@okta-resource-server/testing'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logger } from '../../../examples/fastify/log.ts'
import oktaAuth from '../src/index.ts'

let lines: string[]
let app: FastifyInstance
const stream = new Writable({
  write: (line, _, done) => {
    lines.push(String(line))
    done()
  },
})

beforeEach(() => {
  lines = []
})
afterEach(() => app.close())

/** The recipe of docs/logs.md. */
const appWithoutTokensInLogs = (): FastifyInstance => fastify({ logger: { stream, ...logger } })

/** The log of two requests with a token in the query: one for a route, one for an unknown path. */
async function askWithTokenInQuery(statuses: readonly number[]): Promise<{ log: string; value: string }> {
  app.get('/messages', async () => 'a public message')
  const value = signToken()
  const found = []
  for (const path of ['/messages', '/unknown']) {
    found.push((await app.inject(`${path}?access_token=${value}`)).statusCode)
  }
  expect(found).toEqual(statuses)
  return { log: lines.join(''), value }
}

function expectPathsOnly({ log, value }: { log: string; value: string }): void {
  expect(log).toContain('"url":"/messages"')
  expect(log).toContain('"url":"/unknown"')
  for (const part of ['access_token', ...value.split('.')]) expect(log).not.toContain(part)
}

test("a token in the query appears in Fastify's request log", async () => {
  app = fastify({ logger: { stream } })
  await app.register(oktaAuth, verifierOptions())
  const { log, value } = await askWithTokenInQuery([400, 400])

  expect(log).toContain(`"url":"/messages?access_token=${value}"`)
})

test('a serializer keeps a token in the query out of the log', async () => {
  app = appWithoutTokensInLogs()
  await app.register(oktaAuth, verifierOptions())

  expectPathsOnly(await askWithTokenInQuery([400, 400]))
})

test('headers that may contain a token are redacted', async () => {
  app = appWithoutTokensInLogs()
  await app.register(oktaAuth, verifierOptions())
  app.get('/messages', async () => 'inside')
  const value = signToken()
  const headers = {
    authorization: `Bearer ${value}`,
    dpop: 'proof.of.possession',
    cookie: value,
    referer: `https://app.example/?access_token=${value}`,
  }
  expect((await app.inject({ url: '/messages', headers })).statusCode).toBe(200)
  const log = lines.join('')
  expect(log).toContain('"dpop":"[Redacted]"')
  expect(log).toContain('"authorization":"[Redacted]"')
  for (const part of ['possession', 'access_token', ...value.split('.')]) expect(log).not.toContain(part)
})

test('with global: false, a token in the query appears in the log line for an unknown path', async () => {
  app = appWithoutTokensInLogs()
  await app.register(oktaAuth, { ...verifierOptions(), global: false })
  const { log, value } = await askWithTokenInQuery([200, 404])

  expect(log).toContain(`Route GET:/unknown?access_token=${value} not found`)
})

test('with global: false, a custom not-found handler keeps a token in the query out of the log', async () => {
  app = appWithoutTokensInLogs()
  await app.register(oktaAuth, { ...verifierOptions(), global: false })
  app.setNotFoundHandler((_, reply) => reply.code(404).send())

  expectPathsOnly(await askWithTokenInQuery([200, 404]))
})
