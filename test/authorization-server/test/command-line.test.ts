import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCommandLine, UsageError } from '../src/command-line.ts'
import { startAuthorizationServer } from '../src/index.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    output.stdout += data
  })
  child.stderr.on('data', (data) => {
    output.stderr += data
  })
  return { child, output, closed: once(child, 'close').then(([code]) => code as number) }
}

describe('the command line', () => {
  it('starts a server, prints its configuration as the first line, and exits on SIGTERM', async () => {
    const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    const { child, output, closed } = run(['--port', '0', '--username', 'grace@example.com'], {
      AUTHORIZATION_SERVER_PASSWORD: 'from the environment',
      AUTHORIZATION_SERVER_TOTP_SECRET: totpSecret,
    })
    const [line] = await once(createInterface(child.stdout), 'line')
    const description = JSON.parse(line)
    expect(description).toEqual({
      issuer: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/oauth2\/default$/),
      audience: 'api://default',
      client_id: expect.stringMatching(/^0oa/),
      username: 'grace@example.com',
      password: 'from the environment',
      totp_secret: totpSecret,
    })
    const health = await fetch(new URL('/health', description.issuer))
    expect({ status: health.status, body: await health.json() }).toEqual({
      status: 200,
      body: { status: 'ok' },
    })
    child.kill('SIGTERM')
    expect(await closed).toBe(0)
    expect(output.stderr).toBe('')
  })

  describe('with --describe', () => {
    let folder: string

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'authorization-server-'))
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    it('writes the first line of its output to a file that only the user can read', async () => {
      const file = join(folder, 'description.json')
      const { child, closed } = run(['--port', '0', '--describe', file])
      const [line] = await once(createInterface(child.stdout), 'line')
      child.kill('SIGTERM')
      expect(await closed).toBe(0)
      expect(readFileSync(file, 'utf8')).toBe(`${line}\n`)
      expect(readdirSync(folder)).toEqual(['description.json'])
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    })

    it('exits with 1 and an explanation when the file cannot be written', async () => {
      const { output, closed } = run(['--port', '0', '--describe', join(folder, 'missing', 'file.json')])
      expect(await closed).toBe(1)
      expect(output.stderr).toContain('--describe')
      expect(output.stdout).toBe('')
    })
  })

  it('rejects an unknown flag with a message and exit code 2', async () => {
    const { output, closed } = run(['--prot', '1'])
    expect(await closed).toBe(2)
    expect(output.stderr).toContain('--prot')
    expect(output.stderr).toContain('Usage:')
    expect(output.stdout).toBe('')
  })

  it.each([
    [['--port', 'many'], '--port must be a whole number'],
    [['--port', '65536'], '--port must be a whole number'],
    [['--factors', '3'], '--factors must be a whole number'],
    [['--issuer-url', 'https://example.com/path'], '--issuer-url must be an origin'],
    [['--issuer-mode', 'CUSTOM'], '--issuer-mode must be'],
    [['--totp-secret', 'not base32!'], '--totp-secret must be base32'],
  ])('rejects %j and says why', (args, message) => {
    const parsing = () => parseCommandLine(args, {})
    expect(parsing).toThrow(UsageError)
    expect(parsing).toThrow(message)
  })

  it('prefers a flag to an environment variable, and ignores an empty variable', () => {
    const environment = {
      AUTHORIZATION_SERVER_PORT: '1',
      AUTHORIZATION_SERVER_AUDIENCE: 'api://environment',
      AUTHORIZATION_SERVER_HOST: '',
    }
    expect(parseCommandLine(['--port', '2'], environment)).toEqual({
      options: { port: 2, audience: 'api://environment', knobs: { factors: 2 } },
      describe: undefined,
    })
  })

  it('explains in --help how to avoid the limit for OTPs', async () => {
    const { output, closed } = run(['--help'])
    expect(await closed).toBe(0)
    expect(output.stdout).toMatch(/5 OTPs per user in 5 minutes/)
    expect(output.stdout).toMatch(/--factors 1/)
  })

  it('reports a port that is in use, and exits with 1', async () => {
    const server = await startAuthorizationServer()
    const { output, closed } = run(['--port', String(server.port)])
    expect(await closed).toBe(1)
    await server.stop()
    expect(output.stderr).toMatch(/port is in use/)
  })
})
