import { request } from 'node:http'
import { checkJudge } from '../core/check.ts'
import type { Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'

function statusFor(port: number, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    request({ host: '127.0.0.1', port, path: '/messages', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
}

async function checkRefusal(name: string, port: number, setting: Setting): Promise<void> {
  const status = await statusFor(port, readKeys(setting.folder).samples.RS256.good)
  if (status !== 401) throw new Error(`${name} answers ${status}`)
}

/**
 * Ends the run when a server does not do the work.
 *
 * The requests come from another process: Node's HTTP client shares code with its HTTP server, and a process that has
 * used both serves each request about 6 % slower. The bare server, which is not checked, would have an advantage.
 */
export function checkServer(
  name: string,
  port: number,
  setting: Setting,
  refusesAll: boolean,
): Promise<void> {
  if (refusesAll) return checkRefusal(name, port, setting)
  const judge = async (token: string): Promise<boolean> => {
    const status = await statusFor(port, token)
    if (status === 200) return true
    if (status === 401) return false
    throw new Error(`${name} answers ${status}`)
  }
  return checkJudge(name, judge, setting, 'RS256', false)
}
