// Runs an example with the embedded authorization server: `npm run example express` (or fastify, mcp, nestjs or node-http).
import { spawn } from 'node:child_process'
import { fetchTokens, totp } from '../packages/mfa-otp/src/index.ts'
import { startAuthorizationServer } from '../test/authorization-server/src/index.ts'
import { EXAMPLES, type ExampleName, programOf } from './program.ts'

const NAMES: readonly string[] = [...EXAMPLES, 'mcp'] satisfies ExampleName[]

const [name = 'express'] = process.argv.slice(2).filter((argument) => argument !== '--')

if (!NAMES.includes(name)) {
  console.error(`Unknown example ${name}. Available: ${NAMES.join(', ')}.`)
  process.exit(2)
}

const port = process.env.PORT ?? '3000'
// The audience of an MCP server is its URL.
const url = `http://localhost:${port}/mcp`
const authorizationServer = await startAuthorizationServer(name === 'mcp' ? { audience: url } : {})
const { issuer, audience, clientId, username, password, totpSecret } = authorizationServer
const { access_token } = await fetchTokens({
  issuer,
  clientId,
  username,
  password,
  scope: 'openid messages:read',
  otp: () => totp(totpSecret),
})
const paths = name === 'mcp' ? ['.well-known/oauth-protected-resource/mcp', 'mcp'] : ['health', 'messages']
const curl = paths.map((path) => `curl -i http://localhost:${port}/${path}`)

console.log(`The issuer is ${issuer}. Try in another terminal:

  ${curl.join('\n  ')}
  ${curl.at(-1)} -H 'Authorization: Bearer ${access_token}'
`)

const example = spawn(process.execPath, programOf(name as ExampleName), {
  stdio: 'inherit',
  env: { ...process.env, PORT: port, OKTA_OAUTH2_ISSUER: issuer, OKTA_OAUTH2_AUDIENCE: audience },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => example.kill(signal))
example.once('exit', async (code) => {
  await authorizationServer.stop()
  process.exitCode = code ?? 0
})
