import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort, startProgram } from '../programs.ts'

export const API = 'https://api.example.com'
export const CLIENT = { clientId: 'messages', clientSecret: 'the-secret-of-the-client' } as const
const SCOPE = 'messages:read'
/** What the database of the package starts with. */
const ADMINISTRATOR = { username: 'admin', password: 'password' }
const SCHEMA = 'share/dbconfig-common/data/glewlwyd/install/sqlite3'

/** Glewlwyd, an authorization server in C. Its access tokens are JWTs, and it can be asked about them. */
export interface Glewlwyd {
  readonly issuer: string
  readonly accessToken: () => Promise<string>
  readonly revoke: (token: string) => Promise<void>
  readonly stop: () => Promise<void>
}

function configuration(port: number, folder: string, modules: string): string {
  const lines = {
    bind_address: '127.0.0.1',
    external_url: `http://localhost:${port}`,
    login_url: 'login.html',
    api_prefix: 'api',
    log_mode: 'console',
    log_level: 'ERROR',
    cookie_domain: 'localhost',
    session_key: 'GLEWLWYD2_SESSION_ID',
    admin_scope: 'g_admin',
    profile_scope: 'g_profile',
    user_module_path: join(modules, 'user'),
    // There is none in the package, and the setting is mandatory.
    user_middleware_module_path: folder,
    client_module_path: join(modules, 'client'),
    user_auth_scheme_module_path: join(modules, 'scheme'),
    plugin_module_path: join(modules, 'plugin'),
    hash_algorithm: 'SHA512',
  }
  const texts = Object.entries(lines).map(([name, value]) => `${name}="${value}"`)
  const database = `database = { type="sqlite3"; path="${join(folder, 'glewlwyd.db')}"; };`
  return [`port=${port}`, 'cookie_secure=0', ...texts, database, ''].join('\n')
}

/** The OpenID Connect plugin: client credentials, resources, introspection and revocation. */
function plugin(issuer: string): object {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const parameters = {
    iss: issuer,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey,
    cert: publicKey,
    'access-token-duration': 3_600,
    'allow-non-oidc': true,
    'auth-type-client-enabled': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    'introspection-revocation-auth-scope': [],
    'jwks-show': true,
    'subject-type': 'public',
    'resource-allowed': true,
    'resource-scope': { [SCOPE]: [API] },
    'resource-scope-and-client-property': false,
    'address-claim': { type: 'no' },
    'name-claim': 'no',
    'email-claim': 'no',
    'scope-claim': 'no',
  }
  return { module: 'oidc', name: 'oidc', display_name: 'oidc', order_rank: 0, readonly: false, parameters }
}

const client = {
  client_id: CLIENT.clientId,
  name: 'messages',
  enabled: true,
  confidential: true,
  client_secret: CLIENT.clientSecret,
  password: CLIENT.clientSecret,
  scope: [SCOPE],
  authorization_type: ['client_credentials'],
  token_endpoint_auth_method: ['client_secret_basic'],
  redirect_uri: [],
}

/** Sends JSON to the administration interface. */
async function administer(url: string, body: object, cookie = ''): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  const [session = ''] = (response.headers.getSetCookie()[0] ?? '').split(';', 1)
  return session
}

/** @param path - of the program */
export async function startGlewlwyd(path: string): Promise<Glewlwyd> {
  const folder = await mkdtemp(join(tmpdir(), 'glewlwyd-'))
  const prefix = dirname(dirname(path))
  const database = new DatabaseSync(join(folder, 'glewlwyd.db'))
  database.exec(await readFile(join(prefix, SCHEMA), 'utf8'))
  database.close()
  const port = await freePort()
  const file = join(folder, 'glewlwyd.conf')
  await writeFile(file, configuration(port, folder, join(prefix, 'lib/glewlwyd')))
  const program = await startProgram(path, ['--config-file', file], [port])
  const api = `http://localhost:${port}/api`
  const issuer = `${api}/oidc`
  const session = await administer(`${api}/auth/`, ADMINISTRATOR)
  const scope = { name: SCOPE, display_name: SCOPE, password_required: false, scheme: {} }
  await administer(`${api}/scope/`, scope, session)
  await administer(`${api}/mod/plugin/`, plugin(issuer), session)
  await administer(`${api}/client/`, client, session)
  const credentials = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')
  const send = (endpoint: string, form: Record<string, string>): Promise<Response> =>
    fetch(`${issuer}/${endpoint}`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams(form),
    })
  return {
    issuer,
    async accessToken() {
      const form = { grant_type: 'client_credentials', scope: SCOPE, resource: API }
      const { access_token: token } = (await (await send('token', form)).json()) as { access_token: string }
      return token
    },
    async revoke(token) {
      await send('revoke', { token, token_type_hint: 'access_token' })
    },
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true })
    },
  }
}
