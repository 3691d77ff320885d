import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import { AUDIENCE, NOW } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS } from './apis.ts'
import { askBare } from './ask.ts'
import type { Addresses, Settings } from './canary-program.ts'
import { CANARY, CANARY_REQUESTS, tracesOf } from './canary-requests.ts'
import { DEAD_ISSUER } from './cases-unavailable.ts'
import { closeSettings, openWorkshop } from './settings.ts'
import type { Workshop } from './workshop.ts'

const PROGRAM = fileURLToPath(new URL('canary-program.ts', import.meta.url))

/** The line that Fastify itself logs about a request before any plugin runs, with its URL. */
const FASTIFYS_REQUEST = /"req":\{"method":"GET","url":"[^"]*"/g

interface Shown {
  readonly status: number
  readonly traces: readonly string[]
}

const NAMED = CANARY_REQUESTS.map((each) => [each.name, each.status] as const)

afterAll(closeSettings)

// All requests are sent first, so that every test has something to look at, whichever tests are selected.
describe.each(['production', 'development'])('with NODE_ENV=%s', (environment) => {
  const shown = new Map<string, Record<string, Shown>>()
  const tokens = new Set<string>()
  let written = ''
  let exitCode: unknown

  async function sendAll(workshop: Workshop, addresses: Addresses): Promise<void> {
    for (const { name: where, request, path = '/any' } of CANARY_REQUESTS) {
      const { token = '', lines = [], query = '' } = request(workshop, DEAD_ISSUER)
      tokens.add(token)
      const answers = Object.entries(addresses).map(async ([name, url]): Promise<[string, Shown]> => {
        const answer = await askBare(url, path + query, lines)
        return [name, { status: Number(answer.split(' ')[1]), traces: tracesOf(answer, [token]) }]
      })
      shown.set(where, Object.fromEntries(await Promise.all(answers)))
    }
  }

  let program: ChildProcess
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
    const workshop = await openWorkshop()
    const { issuer } = workshop
    program.send({
      now: NOW,
      options: {
        issuer: [
          { issuer, audience: AUDIENCE, clientIds: ['0oaOurs'], maxTokenAge: 3_600 },
          { issuer: DEAD_ISSUER, audience: AUDIENCE },
        ],
      },
    } as Settings)
    const [addresses] = (await once(program, 'message')) as [Addresses]
    await sendAll(workshop, addresses)
    program.send('stop')
    ;[exitCode] = await once(program, 'close')
  })
  afterAll(() => {
    program?.kill()
  })

  test.each(NAMED)('no answer contains the canary from %s, and the status is %i', (where, status) => {
    const expected = Object.keys(APIS).map((name) => [name, { status, traces: [] }])

    expect(shown.get(where)).toEqual(Object.fromEntries(expected))
  })

  test('no output, log line or diagnostics message contains the canary or a token, and the process exits with 0', () => {
    expect(exitCode).toBe(0)
    expect(tracesOf(written.replace(FASTIFYS_REQUEST, ''), tokens)).toEqual([])
  })

  test('control: refusals were printed, logged and published, and the canary is found where it is', () => {
    for (const text of [
      'InvalidTokenError: ',
      '"msg":"incoming request"',
      "code: 'token_expired'",
      'okta-resource-server:token.accepted',
      'okta-resource-server:refresh.failed',
    ]) {
      expect(written).toContain(text)
    }
    expect(written).toContain(`"msg":"${ERROR_CATALOGUE.InvalidTokenError.token_expired}"`)
    expect(tracesOf(`a ${CANARY} b`, [])).toEqual([CANARY])
  })
})
