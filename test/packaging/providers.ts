// From `npm install` to a response with status 200, with nothing but a row of the README's provider table.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
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

const installed = (): Promise<Project> =>
  project('providers', {
    files: ['providers'],
    packages: ['core', 'express'],
    dependencies: { express: '5' },
  })

async function walk(name: string): Promise<void> {
  const { options, algorithm = 'RS256', jwk, accessTokens, idTokens } = serverNamed(name)
  const { issuer, audience } = options
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
  const aud = audience === null ? {} : { aud: audience }
  const idToken = idTokens.map((each) => ({
    ...each,
    claims: { ...each.claims, ...aud, nonce: 'n', at_hash: 'h' },
  }))
  const tokens = ['', ...[...accessTokens, ...idToken].map(issue)]
  const expected = [401, ...accessTokens.map(() => 200), ...idToken.map(() => 401)]

  const { folder, write } = await installed()
  const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.mjs`
  write(file, application(configurationOf(name)))
  const output = await execute(
    process.execPath,
    ['--import', './network.mjs', 'call.mjs', `./${basename(file)}`, ...tokens],
    folder,
    { ISSUER: issuer, JWKS: JSON.stringify({ keys: [{ ...key.jwk, ...jwk }] }) },
  )
  if (output.trim() !== expected.join(' ')) {
    throw new Error(`${name}: ${expected.join(' ')} was expected, but the statuses were ${output.trim()}`)
  }
}

export const PROVIDER_ROWS: readonly Row[] = NAMES.map((name) => ({
  name: `provider table: ${name}`,
  ci: name === 'Auth0',
  run: () => walk(name),
}))
