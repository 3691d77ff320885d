import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MCP = 'https://mcp.example.com/mcp'

function get(
  port: string,
  path: string,
  host = 'mcp.example.com',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, path, headers: { host } }, async (response) => {
      resolve({ status: response.statusCode as number, body: (await response.toArray()).join('') })
    })
      .on('error', reject)
      .end()
  })
}

test('the example listens if its server.ts is started, and says who issues tokens for it', async () => {
  const env = {
    ...process.env,
    PORT: '0',
    MCP_URL: MCP,
    OKTA_OAUTH2_ISSUER: 'https://example.okta.com/oauth2/aus1',
    OKTA_OAUTH2_AUDIENCE: MCP,
  }
  const child = spawn(process.execPath, ['--conditions=source', 'examples/mcp/server.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const port = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`The example exited with ${code}: ${output}`)))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const found = /port: (\d+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
  })

  expect((await get(port, '/mcp')).status).toBe(401)
  const document = await get(port, '/.well-known/oauth-protected-resource/mcp')
  expect(JSON.parse(document.body)).toMatchObject({
    resource: MCP,
    authorization_servers: ['https://example.okta.com/oauth2/aus1'],
  })
  expect((await get(port, '/mcp', 'localhost')).status).toBe(403)
})
