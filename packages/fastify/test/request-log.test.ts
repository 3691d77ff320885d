import { Writable } from 'node:stream'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import oktaAuth from '../src/index.ts'
import { token, verifier } from './support.ts'

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

/** As the README shows it. */
function appThatLogsNoQuery(): FastifyInstance {
  return fastify({
    logger: {
      stream,
      serializers: {
        req: ({ method, url, host, ip }) => ({
          method,
          url: url.replace(/\?.*/s, ''),
          host,
          remoteAddress: ip,
        }),
      },
    },
  })
}

/** What is logged about requests with a token in their query, for a route and for none. */
async function askWithTokenInQuery(statuses: readonly number[]): Promise<{ log: string; value: string }> {
  app.get('/messages', async () => 'a public message')
  const value = await token()
  const found = []
  for (const path of ['/messages', '/unwritten']) {
    found.push((await app.inject(`${path}?access_token=${value}`)).statusCode)
  }
  expect(found).toEqual(statuses)
  return { log: lines.join(''), value }
}

function expectPathsOnly({ log, value }: { log: string; value: string }): void {
  expect(log).toContain('"url":"/messages"')
  expect(log).toContain('"url":"/unwritten"')
  for (const part of ['access_token', ...value.split('.')]) expect(log).not.toContain(part)
}

test("a token in the query stands in Fastify's own line about the request", async () => {
  app = fastify({ logger: { stream } })
  await app.register(oktaAuth, { verifier: verifier() })
  const { log, value } = await askWithTokenInQuery([400, 400])

  expect(log).toContain(`"url":"/messages?access_token=${value}"`)
})

test('a serializer keeps it out of the log', async () => {
  app = appThatLogsNoQuery()
  await app.register(oktaAuth, { verifier: verifier() })

  expectPathsOnly(await askWithTokenInQuery([400, 400]))
})

test('where no route need be protected, it stands in the line about one that is not found', async () => {
  app = appThatLogsNoQuery()
  await app.register(oktaAuth, { verifier: verifier(), global: false })
  const { log, value } = await askWithTokenInQuery([200, 404])

  expect(log).toContain(`Route GET:/unwritten?access_token=${value} not found`)
})

test('a handler of your own for what is not found keeps it out of there', async () => {
  app = appThatLogsNoQuery()
  await app.register(oktaAuth, { verifier: verifier(), global: false })
  app.setNotFoundHandler((_, reply) => reply.code(404).send())

  expectPathsOnly(await askWithTokenInQuery([200, 404]))
})
