import type { AddressInfo } from 'node:net'
import { answerQuestions, tell } from '../child.ts'
import { settingFromEnvironment } from '../policy.ts'
import { startClock, type Taken } from '../thread-time.ts'
import { type Framework, HTTP_CANDIDATES } from './candidates.ts'

// One server in a separate process, which loads only the framework that it uses.

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

let stop: (() => Promise<Taken>) | undefined
answerQuestions<ServerQuestion>(async ({ kind }) => {
  if (kind === 'stop') return stop?.()
  stop = await startClock()
  return {}
})
tell({ port })
