// Runs an example with the embedded authorization server: `npm run example express` (or fastify, node-http, step-up).
import { spawn } from 'node:child_process'
import { fetchTokens, totp } from '../packages/mfa-otp/src/index.ts'
import { startAuthorizationServer } from '../test/authorization-server/src/index.ts'

const EXAMPLES = ['express', 'fastify', 'node-http', 'step-up']
const [name = 'express'] = process.argv.slice(2).filter((argument) => argument !== '--')

if (!EXAMPLES.includes(name)) {
  console.error(`Unknown example ${name}. Available: ${EXAMPLES.join(', ')}.`)
  process.exit(2)
}

const authorizationServer = await startAuthorizationServer()
const { issuer, audience, clientId, username, password, totpSecret } = authorizationServer
const { access_token } = await fetchTokens({
  issuer,
  clientId,
  username,
  password,
  scope: 'openid messages:read',
  otp: () => totp(totpSecret),
})
const port = process.env.PORT ?? '3000'

console.log(`The issuer is ${issuer}. Try in another terminal:

  curl -i http://localhost:${port}/health
  curl -i http://localhost:${port}/messages
  curl -i http://localhost:${port}/messages -H 'Authorization: Bearer ${access_token}'
`)

const example = spawn(process.execPath, ['--conditions=source', `examples/${name}/server.ts`], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
  env: { ...process.env, PORT: port, OKTA_OAUTH2_ISSUER: issuer, OKTA_OAUTH2_AUDIENCE: audience },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => example.kill(signal))
example.once('exit', async (code) => {
  await authorizationServer.stop()
  process.exitCode = code ?? 0
})
