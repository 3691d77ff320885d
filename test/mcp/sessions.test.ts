import { request } from 'node:http'
import type { IssueTokenOptions } from '@okta-resource-server/authorization-server'
import { bearer } from '@okta-resource-server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSetting, type Setting } from './setting.ts'

let setting: Setting
let owner: string
beforeAll(async () => {
  setting = await openSetting()
  owner = await token()
})
afterAll(() => setting.close())

const token = (options: IssueTokenOptions = {}): Promise<string> =>
  setting.authorizationServer.issueToken(options)

function post(value: string | undefined, session: string | undefined, body: object): Promise<Response> {
  return fetch(setting.url, {
    method: 'POST',
    headers: {
      ...(value !== undefined && bearer(value)),
      ...(session !== undefined && { 'mcp-session-id': session }),
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  })
}

const PING = { method: 'ping' }
const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

async function open(value: string): Promise<string> {
  const response = await post(value, undefined, INITIALIZE)
  await response.text()
  return response.headers.get('mcp-session-id') as string
}

test('a session serves its owner, also with a new token', async () => {
  const session = await open(owner)
  for (const value of [owner, await token({ claims: { jti: 'another' } })]) {
    const response = await post(value, session, PING)
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"result":{}')])
  }
})

test.each([
  ['another user', () => ({ claims: { sub: 'mallory@example.com' } })],
  ['no user', () => ({ claims: { sub: undefined } })],
  ['another client of the same user', () => ({ claims: { cid: '0oaOther' } })],
  [
    'a user of the same name at another issuer',
    () => ({ claims: { iss: setting.authorizationServer.otherIssuer } }),
  ],
  ['a service', () => ({ kind: 'client-credentials' })],
] as const)('a session is unknown to %s', async (_what, differing) => {
  const session = await open(owner)
  const stranger = await token(differing() as IssueTokenOptions)
  for (const id of [session, 'never-existed']) {
    const response = await post(stranger, id, PING)
    expect([response.status, await response.json()]).toEqual([
      404,
      { jsonrpc: '2.0', error: { code: -32_000, message: 'Session not found' }, id: null },
    ])
  }
  expect(
    (
      await fetch(setting.url, {
        method: 'DELETE',
        headers: { ...bearer(stranger), 'mcp-session-id': session },
      })
    ).status,
  ).toBe(404)
  expect((await post(owner, session, PING)).status).toBe(200)
})

test('a session ID is no credential: each request needs a token that is valid', async () => {
  const session = await open(owner)
  for (const value of [undefined, await token({ expiresIn: -3_600 }), await token({ key: 'stranger' })]) {
    expect((await post(value, session, PING)).status).toBe(401)
  }
})

test('a stream ends with the token that opened it', async () => {
  const session = await open(owner)
  // Accepted for some seconds more, because of the tolerance.
  const headers = {
    ...bearer(await token({ expiresIn: -3 })),
    'mcp-session-id': session,
    accept: 'text/event-stream',
  }
  const response = await fetch(setting.url, { headers })
  expect(response.status).toBe(200)
  await response.text()
  expect((await post(owner, session, PING)).status).toBe(200)
})

test('a body is not parsed before the token is verified', async () => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(setting.url, { method: 'POST', headers, body: '{' })
  expect(response.status).toBe(401)
})

test('a request under another host name is refused, so that web pages cannot reach a local server', async () => {
  const status = await new Promise((resolve, reject) => {
    request(setting.url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(403)
})

test('clients that never end their sessions do not keep others out: the session unused for longest is ended', async () => {
  const [unused, used] = [await open(owner), await open(owner)]
  for (let time = 0; time < 20; time++) {
    expect(await Promise.all(Array.from({ length: 50 }, () => open(owner)))).not.toContain(null)
    expect((await post(owner, used, PING)).status).toBe(200)
  }
  expect((await post(owner, unused, PING)).status).toBe(404)
  expect((await post(owner, await open(owner), PING)).status).toBe(200)
})
