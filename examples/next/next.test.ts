import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { bearer, openSetting } from '../setting.ts'

const { authorizationServer, token, withoutScope, expiringIn } = await openSetting()
const NEXT = fileURLToPath(new URL('node_modules/next/dist/bin/next', import.meta.url))

/** Runs Next.js as a user does. The variables are for the server only: the build must not need them. */
function next(command: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const {
    OKTA_OAUTH2_ISSUER: _,
    OKTA_OAUTH2_AUDIENCE: __,
    VITEST: ___,
    NODE_ENV: ____,
    ...others
  } = process.env
  const env = { ...others, NEXT_TELEMETRY_DISABLED: '1', ...variables }
  const child = spawn(process.execPath, [NEXT, ...command], {
    cwd: import.meta.dirname,
    env: env as NodeJS.ProcessEnv,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return { child, exit: once(child, 'exit'), output: () => output }
}

async function start(): Promise<string> {
  const { issuer, audience } = authorizationServer
  const variables = { OKTA_OAUTH2_ISSUER: issuer, OKTA_OAUTH2_AUDIENCE: audience }
  const { child, output } = next(['start', '--port', '0', '--hostname', '127.0.0.1'], variables)
  onTestFinished(async () => {
    child.kill()
    await once(child, 'exit')
  })
  await expect.poll(output, { timeout: 30_000 }).toMatch(/Ready/)
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0] ?? ''
}

it('the example next is built without the variables, and protects its route handler', {
  timeout: 240_000,
}, async () => {
  const build = next(['build'])
  const [status] = (await build.exit) as [number]
  expect(status, build.output()).toBe(0)
  const url = await start()
  const get = (value?: string) => fetch(`${url}/messages`, { headers: bearer(value) })

  const accepted = await get(token)
  expect(await accepted.text()).toMatch(/^\[\{"to":".+","text":"Hello"\}\]$/)
  expect(accepted.status).toBe(200)
  const missing = await get()
  expect(missing.status).toBe(401)
  expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  const expired = await get(await expiringIn(-60))
  expect(expired.status).toBe(401)
  expect(expired.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(await expired.json()).toMatchObject({ error: 'invalid_token' })
  const refused = await get(withoutScope)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('scope="messages:read"')

  const cold = await start()
  await authorizationServer.stop()
  const unavailable = await fetch(`${cold}/messages`, { headers: bearer(token) })
  expect(unavailable.status).toBe(503)
  expect(unavailable.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
})
