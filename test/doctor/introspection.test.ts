import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { doctorProgram } from './program.ts'

let server: AuthorizationServer
let args: readonly string[]
let env: Record<string, string>

beforeAll(async () => {
  server = await startAuthorizationServer()
  const { orgIssuer, confidentialClient } = server
  args = [
    '--issuer',
    orgIssuer,
    '--audience',
    orgIssuer,
    '--profile',
    'okta',
    '--introspect',
    'only',
    '--token-stdin',
  ]
  env = {
    OKTA_OAUTH2_CLIENT_ID: confidentialClient.clientId,
    OKTA_OAUTH2_CLIENT_SECRET: confidentialClient.clientSecret,
  }
})
afterAll(() => server?.stop())
beforeEach(() => {
  server.knobs.outage = 'none'
})

const orgToken = (): Promise<string> => server.issueToken({ kind: 'org', introspectable: true })

test('an active token is accepted, and the answer is shown: 0', async () => {
  const token = await orgToken()
  const { status, output, errors } = await doctorProgram(args, token, env)
  expect(errors).toBe('')
  expect(status).toBe(0)
  expect(output).toContain(`${server.orgIssuer}/oauth2/v1/introspect: introspection`)
  expect(output).toContain('ok   answer: audience')
  expect(output).not.toContain(token.split('.')[2])
  expect(output).not.toContain(server.confidentialClient.clientSecret)
})

test('a revoked token is refused: 1', async () => {
  const token = await orgToken()
  server.revokeToken(token)
  const { status, output } = await doctorProgram(args, token, env)
  expect(status).toBe(1)
  expect(output).toContain('FAIL active: token_inactive')
})

test('wrong credentials are a wrong configuration: 2', async () => {
  const { status, output } = await doctorProgram(args, await orgToken(), {
    ...env,
    OKTA_OAUTH2_CLIENT_SECRET: 'canary-secret',
  })
  expect(status).toBe(2)
  expect(output).toContain('cause = credentials_refused')
  expect(output).not.toContain('canary-secret')
})

test('an outage of the endpoint is an unavailable authorization server: 3', async () => {
  server.knobs.outage = '503'
  server.knobs.outagePaths = /introspect/
  const { status } = await doctorProgram(args, await orgToken(), env)
  expect(status).toBe(3)
})
