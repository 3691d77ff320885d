import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, NOW } from '../specification/signed-tokens.ts'
import { APIS } from './apis.ts'
import { askBare } from './ask.ts'
import type { Addresses, Settings } from './canary-program.ts'
import { CANARY, CANARY_REQUESTS, tracesOf } from './canary-requests.ts'
import { Workshop } from './workshop.ts'

const PROGRAM = fileURLToPath(new URL('canary-program.ts', import.meta.url))
/** Nobody listens there. */
const DEAD_ISSUER = 'http://127.0.0.1:9/oauth2/default'

/** What Fastify itself says of a request before any plugin sees it, its address included. */
const FASTIFYS_REQUEST = /"req":\{"method":"GET","url":"[^"]*"/g

describe.each(['production', 'development'])('with NODE_ENV=%s', (environment) => {
  let workshop: Workshop
  let program: ChildProcess
  let addresses: Addresses
  let written = ''
  const tokens = new Set<string>()

  beforeAll(async () => {
    program = fork(PROGRAM, [], {
      execArgv: ['--conditions=source', '--no-warnings'],
      env: { PATH: process.env.PATH, NODE_ENV: environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [program.stdout, program.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        written += text
      })
    }
    workshop = await Workshop.open()
    const { issuer } = workshop
    program.send({
      now: NOW,
      options: {
        issuer: [
          { issuer, audience: AUDIENCE, clientIds: ['0oaOurs', CANARY], maxTokenAge: 3_600 },
          { issuer: DEAD_ISSUER, audience: AUDIENCE },
        ],
      },
    } as Settings)
    ;[addresses] = (await once(program, 'message')) as [Addresses]
  })
  afterAll(async () => {
    program?.kill()
    await workshop?.close()
  })

  for (const { name: where, request, status, path = '/any' } of CANARY_REQUESTS) {
    test(`nothing comes back of the canary in ${where}: ${status}`, async () => {
      const { token = '', lines = [], query = '' } = request(workshop, DEAD_ISSUER)
      tokens.add(token)
      const answers = Object.entries(addresses).map(async ([name, url]) => {
        const answer = await askBare(url, path + query, lines)
        return [name, { status: Number(answer.split(' ')[1]), traces: tracesOf(answer, [token]) }]
      })

      expect(Object.fromEntries(await Promise.all(answers))).toEqual(
        Object.fromEntries(Object.keys(APIS).map((name) => [name, { status, traces: [] }])),
      )
    })
  }

  test('nothing of it is written, logged or published, and the process ends well', async () => {
    program.send('stop')
    const [code] = await once(program, 'close')

    expect(code).toBe(0)
    expect(tracesOf(written.replace(FASTIFYS_REQUEST, ''), tokens)).toEqual([])
  })

  test('which says something, since everybody wrote as much as he does', () => {
    for (const said of [
      'InvalidTokenError: The access token has expired',
      '"msg":"incoming request"',
      '"msg":"The access token has expired"',
      "code: 'token_expired'",
      'okta-resource-server:token.accepted',
      'okta-resource-server:refresh.failed',
    ]) {
      expect(written).toContain(said)
    }
    expect(tracesOf(`a ${CANARY} b`, [])).toEqual([CANARY])
  })
})
