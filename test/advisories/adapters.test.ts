import type { JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS, type Api, startApis } from '../contract/apis.ts'
import { ask, askWith } from '../contract/ask.ts'
import { AUDIENCE, ISSUER, NOW, signer, tokenOf } from '../specification/signed-tokens.ts'

let started: Awaited<ReturnType<typeof startApis>>
beforeAll(async () => {
  const jwks = { keys: [(await signer()).jwk] } as unknown as JSONWebKeySet
  started = await startApis({ issuer: ISSUER, audience: AUDIENCE, jwks, clock: () => NOW * 1_000 })
})
afterAll(() => started?.stop())

describe.each(Object.keys(APIS))('%s', (name) => {
  const api = (): Api => started.apis.find((candidate) => candidate.name === name) as Api
  const status = async (scp: unknown, path: string): Promise<number> =>
    (await askWith(await tokenOf({ claims: { scp } }), api().url + path)).status

  test("measured on express-oauth2-jwt-bearer: of requiredScopes('a', 'b') the second was not asked for", async () => {
    expect(await status(['messages:read'], '/both')).toBe(403)
    expect(await status(['messages:write'], '/both')).toBe(403)
    expect(await status(['messages:write', 'messages:read'], '/both')).toBe(200)
  })

  test("measured on express-oauth2-jwt-bearer: Okta's scp was not read, so that every token was refused", async () => {
    expect(await status(['messages:read'], '/messages')).toBe(200)
    expect(await status('messages:read', '/messages')).toBe(200)
  })

  test('measured on peers: a scope was found inside of a longer one', async () => {
    for (const scp of [
      ['messages:readall'],
      'xmessages:read',
      'messages:read,x',
      ['messages:read x'],
      'MESSAGES:READ',
    ]) {
      expect(await status(scp, '/messages')).toBe(403)
    }
  })

  test('CVE-2026-21710: a request header named __proto__ ended a Node.js server', async () => {
    const poison = ['__proto__', 'x', 'constructor', 'y', 'toString', 'z']
    const token = ['Authorization', `Bearer ${await tokenOf()}`]

    expect((await ask(`${api().url}/any`, poison)).status).toBe(401)
    expect((await ask(`${api().url}/any`, [...poison, ...token])).status).toBe(200)
    expect((await ask(`${api().url}/any?__proto__=1&constructor=2`, token)).status).toBe(200)
  })
})
