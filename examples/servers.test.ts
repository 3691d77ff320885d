import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { openSetting } from './setting.ts'

await openSetting()
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill()
})

it.each(['hono', 'koa', 'graphql-yoga', 'socket.io', 'ws', 'grpc'])(
  'the example %s listens if its server.ts is started',
  async (name) => {
    const child = spawn(process.execPath, ['--conditions=source', `${name}/server.ts`], {
      cwd: import.meta.dirname,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    await expect.poll(() => output, { timeout: 20_000 }).toMatch(/Listening on .*\d/s)
    const socket = connect(Number(/(?:port: |on )(\d+)/.exec(output)?.[1]), 'localhost')
    await once(socket, 'connect')
    socket.destroy()
  },
)
