// From `npm install` to a response with status 200, with nothing but a row of the README's provider table, or with nothing but
// the changes that the migration guide lists.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { base64url, signatureOf, signingKey } from '@okta-resource-server/testing'
import { SERVERS } from '../token-shapes/servers.ts'
import type { AuthorizationServer, Token } from '../token-shapes/shape.ts'
import { execute, type Project, project } from './project.ts'
import type { Row } from './row.ts'

const NAMES = ['Auth0', 'Amazon Cognito', 'Microsoft Entra ID, v2.0 tokens', 'Keycloak']

const readme = new URL('../../README.md', import.meta.url)

/** The configuration in the row of the provider table, as it is written there. */
function configurationOf(name: string): string {
  const rows = readFileSync(readme, 'utf8').split('\n')
  const found = rows.find((row) => row.startsWith(`| ${name} | `))?.split(' | ', 2)[1]
  if (found === undefined) throw new Error(`The provider table has no row ${name}`)
  return found.slice(1, -1)
}

const application = (configuration: string): string => `
import { oktaAuth } from '@okta-resource-server/express'
import express from 'express'

export const app = express()
app.use(oktaAuth(${configuration}))
app.get('/messages', (req, res) => res.json(req.auth.claims))
`

function serverNamed(name: string): AuthorizationServer {
  const found = SERVERS.find((each) => each.name === name)
  if (found === undefined) throw new Error(`The corpus has no server ${name}`)
  return found
}

const installed = (express: '4' | '5'): Promise<Project> =>
  project(`providers-${express}`, {
    files: ['providers', 'migration'],
    packages: ['core', 'express'],
    dependencies: { express, dotenv: '16' },
  })

/** Starts a module that exports an API, with the environment of the authorization server, and sends it tokens. */
async function ask(
  { folder }: Project,
  module: string,
  { options, algorithm = 'RS256', jwk }: AuthorizationServer,
  tokens: readonly (Token | undefined)[],
): Promise<string> {
  const { issuer } = options
  const key = signingKey(algorithm, 'providers')
  const now = Math.floor(Date.now() / 1_000)
  const issue = ({ header, claims }: Token): string => {
    const input = [
      { alg: algorithm, kid: key.kid, ...header },
      { iss: issuer, ...claims, ...('nbf' in claims && { nbf: now - 60 }), iat: now - 60, exp: now + 3_540 },
    ]
      .map((part) => base64url(JSON.stringify(part)))
      .join('.')
    return `${input}.${base64url(signatureOf(input, key))}`
  }
  const sent = tokens.map((token) => (token === undefined ? '' : issue(token)))
  const output = await execute(
    process.execPath,
    ['--import', './network.mjs', 'call.mjs', `./${module}`, ...sent],
    folder,
    { ISSUER: issuer, JWKS: JSON.stringify({ keys: [{ ...key.jwk, ...jwk }] }) },
  )
  return output.trim()
}

function check(name: string, actual: string, expected: readonly number[]): void {
  if (actual !== expected.join(' ')) {
    throw new Error(`${name}: ${expected.join(' ')} was expected, but the statuses were ${actual}`)
  }
}

/** ID tokens for the API that can be recognised. */
const recognised = ({ options: { audience }, idTokens }: AuthorizationServer): readonly Token[] =>
  idTokens.map((each) => ({
    ...each,
    claims: { ...each.claims, ...(audience !== null && { aud: audience }), nonce: 'n', at_hash: 'h' },
  }))

async function walk(name: string): Promise<void> {
  const server = serverNamed(name)
  const { accessTokens } = server
  const idTokens = recognised(server)
  const found = await installed('5')
  const module = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.mjs`
  found.write(module, application(configurationOf(name)))
  const statuses = await ask(found, module, server, [undefined, ...accessTokens, ...idTokens])
  check(name, statuses, [401, ...accessTokens.map(() => 200), ...idTokens.map(() => 401)])
}

/** Makes the changes of the migration guide, each of which replaces lines that follow each other. */
function migrated(source: string): string {
  const guide = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
  const diff = /^```diff\n(.*?)^```$/ms.exec(guide)?.[1]
  if (diff === undefined) throw new Error('The migration guide has no diff')
  let result = source
  for (const [, removed = '', added = ''] of diff.matchAll(/((?:^-.*\n)+)((?:^\+.*\n)+)/gm)) {
    const [before, after] = [removed, added].map((lines) => lines.replaceAll(/^[-+]/gm, '')) as [
      string,
      string,
    ]
    if (result.split(before).length !== 2) throw new Error(`The application does not have once: ${before}`)
    result = result.replace(before, () => after)
  }
  return result
}

/** An API in the manner of Auth0's sample: with its environment, which has an issuer without the slash. */
async function migrate(): Promise<void> {
  const server = serverNamed('Auth0')
  const { audience, issuer } = server.options
  const found = await installed('4')
  const source = readFileSync(join(found.folder, 'server.js'), 'utf8')
  for (const base of [issuer.replace(/\/$/, ''), issuer]) {
    found.write('.env', `AUDIENCE=${audience}\nISSUER_BASE_URL="${base}"\n`)
    found.write('server.js', migrated(source))
    const { accessTokens } = server
    const idTokens = recognised(server)
    const statuses = await ask(found, 'server.js', server, [undefined, ...accessTokens, ...idTokens])
    const expected = accessTokens.map(({ scopes }) => (scopes.includes('read:messages') ? 200 : 403))
    check(`ISSUER_BASE_URL=${base}`, statuses, [401, ...expected, ...idTokens.map(() => 401)])
  }
}

export const PROVIDER_ROWS: readonly Row[] = [
  ...NAMES.map((name) => ({
    name: `provider table: ${name}`,
    ci: name === 'Auth0',
    run: () => walk(name),
  })),
  { name: 'migration guide: Auth0, Express 4', ci: true, run: migrate },
]
