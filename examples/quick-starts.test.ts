import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from '../test/authorization-server/src/index.ts'
import { type ExampleName, programOf } from './program.ts'

/** Files that documents show, each with the documents. */
const SHOWN = {
  'express/quick-start.ts': ['README.md', 'packages/express/README.md'],
  'fastify/quick-start.ts': ['README.md', 'packages/fastify/README.md'],
  'nestjs/quick-start.ts': ['README.md', 'packages/nestjs/README.md'],
  'node-http/quick-start.ts': ['README.md', 'packages/core/README.md'],
  'mcp/quick-start.ts': ['packages/mcp/README.md'],
  'express/log-pino.ts': ['docs/logs.md'],
  'express/log-morgan.ts': ['docs/logs.md'],
  'fastify/log.ts': ['docs/logs.md'],
} as const

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it.each(Object.entries(SHOWN))('%s is shown in %j as it is', (file, documents) => {
  for (const document of documents) {
    expect(read(`../${document}`), document).toContain(`\`\`\`ts\n${read(file)}\`\`\`\n`)
  }
})

it.each(['dpop/app.ts', 'mtls/app.ts', 'mtls/behind-nginx.ts', 'step-up/app.ts'])(
  '%s has fewer than fifteen lines of code',
  (file) => {
    const code = read(file)
      .split('\n')
      .filter((line) => /^(?!\s*(?:\/\/|\/?\*))\s*\S/.test(line))
    expect(code.length).toBeLessThan(15)
  },
)

let authorizationServer: AuthorizationServer
beforeAll(async () => {
  authorizationServer = await startAuthorizationServer()
})
afterAll(() => authorizationServer.stop())

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** Starts a program as users do, and returns its origin once it answers. */
async function start(name: ExampleName): Promise<string> {
  const port = await freePort()
  const child = spawn(process.execPath, programOf(name, 'quick-start'), {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      OKTA_OAUTH2_ISSUER: authorizationServer.issuer,
      OKTA_OAUTH2_AUDIENCE: authorizationServer.audience,
    },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill())
  const url = `http://localhost:${port}`
  await vi.waitFor(() => fetch(url), { timeout: 50_000, interval: 100 })
  return url
}

describe.each(['express', 'fastify', 'nestjs', 'node-http'] as const)('the quick start for %s', (name) => {
  it('accepts a token with the scope, and answers 401 and 403 with a challenge otherwise', {
    timeout: 60_000,
  }, async () => {
    const url = `${await start(name)}/messages`
    const get = async (...scopes: string[]) => {
      const token = await authorizationServer.issueToken({ scopes: ['openid', ...scopes] })
      return fetch(url, { headers: { authorization: `Bearer ${token}` } })
    }
    const accepted = await get('messages:read')
    expect(accepted.status).toBe(200)
    expect(await accepted.json()).toMatchObject({ iss: authorizationServer.issuer })

    const forbidden = await get()
    expect(forbidden.status).toBe(403)
    expect(forbidden.headers.get('www-authenticate')).toContain('scope="messages:read"')

    const missing = await fetch(url)
    expect(missing.status).toBe(401)
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })
})

it('the quick start for an MCP server calls a tool for a token with the scope, and names its metadata otherwise', {
  timeout: 60_000,
}, async () => {
  const url = `${await start('mcp')}/mcp`
  const call = async (...scopes: string[]) =>
    fetch(url, {
      method: 'POST',
      headers: {
        ...(scopes.length > 0 && {
          authorization: `Bearer ${await authorizationServer.issueToken({ scopes })}`,
        }),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }),
    })
  const accepted = await call('openid', 'messages:read')
  expect(accepted.status).toBe(200)
  expect(await accepted.text()).toMatch(/"text":"[^"]+@/)

  for (const [status, refused] of [
    [403, await call('openid')],
    [401, await call()],
  ] as const) {
    expect(refused.status).toBe(status)
    const [, metadata = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? []
    expect(await (await fetch(metadata)).json()).toMatchObject({ resource: url })
  }
})
