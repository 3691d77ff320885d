import type { AddressInfo } from 'node:net'
import { answerQuestions, tell } from '../child.ts'
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

let taken: (() => Taken) | undefined
answerQuestions<ServerQuestion>(({ kind }) => {
  if (kind === 'stop') return taken?.()
  taken = clock()
  return {}
})
tell({ port })
