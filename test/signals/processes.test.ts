import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRedisInstalled, RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import { Transmitter } from '../../packages/signals/test/support/transmitter.ts'

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url))
const SIGNALS_AUTHORIZATION = 'Bearer a-secret-of-the-stream'

describe.skipIf(!isRedisInstalled)('two API processes that share a Redis', () => {
  let redis: RedisServer
  let okta: Transmitter
  const programs: ChildProcess[] = []
  const urls: string[] = []

  beforeAll(async () => {
    redis = await RedisServer.start()
    okta = await Transmitter.start()
    const env = { REDIS: redis.url, ORG: okta.issuer, TOKEN_ISSUER: okta.tokenIssuer, SIGNALS_AUTHORIZATION }
    for (let index = 0; index < 2; index++) {
      const program = fork(PROGRAM, [], {
        execArgv: ['--conditions=source', '--no-warnings'],
        env: { PATH: process.env.PATH, NODE_ENV: 'test', ...env },
      })
      programs.push(program)
      const [port] = await once(program, 'message')
      urls.push(`http://127.0.0.1:${port}`)
    }
  })
  afterAll(async () => {
    for (const program of programs) program.kill()
    okta?.stop()
    await redis?.stop()
  })

  /** The statuses of the same request to each process. */
  const ask = (token: string): Promise<number[]> =>
    Promise.all(
      urls.map(async (url) => {
        const response = await fetch(`${url}/messages`, { headers: { authorization: `Bearer ${token}` } })
        await response.text()
        return response.status
      }),
    )

  const push = async (set: string): Promise<number> => {
    const headers = { authorization: SIGNALS_AUTHORIZATION, 'content-type': 'application/secevent+jwt' }
    return (await fetch(`${urls[0]}/signals`, { method: 'POST', headers, body: set })).status
  }

  const logOut = async (url: string | undefined, token: string, sub: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ sub_id: { format: 'iss_sub', iss: okta.issuer, sub } })
    return (await fetch(`${url}/global-token-revocation`, { method: 'POST', headers, body })).status
  }

  it.each([
    ['signs out', (user: string) => okta.sessionRevoked(user)],
    ['changes the password', (user: string) => okta.credentialChange(user)],
  ])('both refuse the next request of a user who %s, though the token is cached', async (action, event) => {
    const user = `00u ${action}`
    const [token, other] = [await okta.accessToken(user), await okta.accessToken('00u1other')]
    for (const known of [token, token, token, other]) expect(await ask(known)).toEqual([200, 200])
    expect(await push(await event(user))).toBe(202)
    expect(await ask(token)).toEqual([401, 401])
    expect(await ask(other)).toEqual([200, 200])
  })

  it('both refuse the next request of a user whom Universal Logout names; its JWT is used up for both', async () => {
    const [ada, bob] = [await okta.accessToken('00u1ada'), await okta.accessToken('00u1bob')]
    expect(await ask(ada)).toEqual([200, 200])
    const token = await okta.logoutToken()
    expect(await logOut(urls[0], token, '00u1ada')).toBe(204)
    expect(await ask(ada)).toEqual([401, 401])
    expect(await logOut(urls[1], token, '00u1bob')).toBe(401)
    expect(await ask(bob)).toEqual([200, 200])
  })

  it('answer an event with 503 while Redis is away, so that it is sent again', async () => {
    const token = await okta.accessToken('00u1later')
    const event = await okta.sessionRevoked('00u1later')
    redis.pause()
    expect(await push(event)).toBe(503)
    redis.resume()
    expect(await push(event)).toBe(202)
    expect(await ask(token)).toEqual([401, 401])
  })
})
