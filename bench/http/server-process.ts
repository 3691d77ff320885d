import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions, tell } from '../child.ts'
import { checkCandidate } from '../core/check.ts'
import { settingFromEnvironment } from '../policy.ts'
import { clock, type Taken } from '../thread-time.ts'
import { type Framework, HTTP_CANDIDATES } from './candidates.ts'

// One server in a process of its own; only that of the framework measured is loaded.

export type ServerQuestion = { readonly kind: 'start' | 'stop' }

const [framework, name] = process.argv.slice(2) as [Framework, string]
const setting = settingFromEnvironment()
const candidate = HTTP_CANDIDATES[framework].find((each) => each.name === name)
if (candidate === undefined) throw new Error(`No candidate is called ${name}`)
const server =
  framework === 'express'
    ? await (await import('./express-app.ts')).expressServer(candidate, setting)
    : await (await import('./fastify-app.ts')).fastifyServer(candidate, setting)
const { port } = server.address() as AddressInfo

const statusFor = (token: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    request({ host: '127.0.0.1', port, path: '/messages', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })

const judge = async (token: string): Promise<boolean> => {
  const status = await statusFor(token)
  if (status === 200) return true
  if (status === 401) return false
  throw new Error(`${name} on ${framework} answers ${status}`)
}

if (candidate.kind !== 'limit')
  await checkCandidate(`${name} on ${framework}`, judge, setting, 'RS256', false)

let taken: (() => Taken) | undefined
answerQuestions<ServerQuestion>(({ kind }) => {
  if (kind === 'stop') return taken?.()
  taken = clock()
  return {}
})
tell({ port })
