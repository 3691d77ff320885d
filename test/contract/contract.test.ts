import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS, type Api, startApis } from './apis.ts'
import { ask, askWith } from './ask.ts'
import { ISSUED } from './cases.ts'
import { expectAnswers, titleOf } from './expect-answer.ts'

let server: AuthorizationServer
let started: Awaited<ReturnType<typeof startApis>>
let valid: string

beforeAll(async () => {
  server = await startAuthorizationServer()
  const { issuer, audience } = server
  started = await startApis({ issuer, audience })
  valid = await server.issueToken()
  // A token that every API knows well must not open what a new one would not.
  for (const { url } of started.apis) {
    for (let time = 0; time < 3; time++) expect((await askWith(valid, `${url}/any`)).status).toBe(200)
  }
})
afterAll(async () => {
  await started?.stop()
  await server?.stop()
})

describe.each(Object.keys(APIS))('%s', (name) => {
  const api = (): Api => started.apis.find((candidate) => candidate.name === name) as Api

  for (const each of ISSUED) {
    test(titleOf(each), async () => {
      const lines = await each.lines(valid, server)

      expectAnswers({ [name]: await ask(api().url + (each.path ?? '/any'), lines) }, each, lines)
    })
  }

  test('a second decision on the same token is the same', async () => {
    const first = await askWith(valid, `${api().url}/messages`)
    const second = await askWith(valid, `${api().url}/messages`)
    const lacking = await askWith(valid, `${api().url}/admin`)

    expect(first.status).toBe(200)
    expect(second.body).toBe(first.body)
    expect(lacking.status).toBe(403)
  })

  test('a header of 60 KB ends in no 5xx', async () => {
    const answer = await ask(`${api().url}/any`, ['Authorization', `Bearer ${'a'.repeat(60_000)}`])

    expect(answer.status).toBe(401)
  })
})

describe.each(['Express 5', 'Express 4'])('%s', (name) => {
  test('a token in the parsed form body and one in the header: 400', async () => {
    const api = started.apis.find((candidate) => candidate.name === name) as Api
    const lines = ['Authorization', `Bearer ${valid}`, 'Content-Type', 'application/x-www-form-urlencoded']
    const body = 'access_token=a'
    const answer = await ask(`${api.url}/any`, [...lines, 'Content-Length', `${body.length}`], body)

    expect(answer.status).toBe(400)
    expect(answer.headers['www-authenticate']).toContain('in more than one place')
  })
})
