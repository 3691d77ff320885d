// Shows the whole flow: a user signs in with password and TOTP, then two APIs verify valid and invalid tokens.
import {
  ConfigurationError,
  createAccessTokenVerifier,
  type ExplainedCheck,
} from '@okta-resource-server/express'
import { fetchTokens, MfaOtpError } from '@okta-resource-server/mfa-otp'
import { type Api, startExpress, startFastify } from './apis.ts'
import { type Authorization, authorization } from './authorization.ts'
import { describe } from './exchange.ts'
import { type DemoRequest, requests } from './requests.ts'

interface ApiResponse {
  readonly status: number
  readonly challenge: string | null
  readonly isExpected: boolean
}

async function send(api: Api, { path, token, status, challenge }: DemoRequest): Promise<ApiResponse> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(api.url + path, { headers, signal: AbortSignal.timeout(10_000) })
  await response.body?.cancel()
  const actual = response.headers.get('www-authenticate')
  const isChallengeExpected = challenge === undefined ? actual === null : challenge.test(actual ?? '')
  const isExpected = response.status === status && isChallengeExpected
  return { status: response.status, challenge: actual, isExpected }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  )
  for (const [index, row] of rows.entries()) {
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd()}`,
    )
    if (index === 0) console.log(`  ${widths.map((width) => '-'.repeat(width)).join('  ')}`)
  }
}

async function testApis(apis: readonly Api[], list: readonly DemoRequest[]): Promise<number> {
  const rows = [['Request', ...apis.map(({ name }) => name), 'WWW-Authenticate']]
  let unexpected = 0
  for (const request of list) {
    const responses = await Promise.all(apis.map((api) => send(api, request)))
    const same = responses.every(({ challenge }) => challenge === responses[0]?.challenge)
    if (!same || responses.some(({ isExpected }) => !isExpected)) unexpected++
    const cells = responses.map(({ status, isExpected }) =>
      isExpected ? `${status}` : `${status} (expected ${request.status})`,
    )
    const challenges = same
      ? (responses[0]?.challenge ?? '-')
      : responses.map(({ challenge }) => challenge ?? '-').join(' | ')
    rows.push([request.name, ...cells, challenges])
  }
  printTable(rows)
  return unexpected
}

function printCheck({ check, outcome, found, wanted, hint }: ExplainedCheck): void {
  console.log(`  ${check}: ${outcome}`)
  if (outcome !== 'failed') return
  for (const [title, value] of Object.entries({ found, wanted, hint })) {
    console.log(`      ${title}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  }
}

/** Asks an API for another audience why it refuses the token. */
async function explainRefusal({ issuer }: Authorization, token: string): Promise<void> {
  const audience = 'api://orders'
  console.log(
    `\n4. verifier.explain() shows why an API with the audience ${audience} refuses the valid token:\n`,
  )
  const verifier = createAccessTokenVerifier({ issuer, audience })
  try {
    const { checks } = await verifier.explain(token)
    for (const check of checks) printCheck(check)
  } finally {
    verifier.close()
  }
}

async function demo(server: Authorization): Promise<number> {
  console.log(`1. The tokens are issued by ${server.description}.\n`)
  console.log(
    '2. The MFA OTP flow: the password is exchanged for an mfa_token; the mfa_token and a TOTP for the tokens.',
  )
  const tokens = await fetchTokens({
    ...server.credentials,
    scope: server.scope,
    onExchange: (exchange) => console.log(`\n${describe(exchange)}`),
  })
  const protection = { issuer: server.issuer, audience: server.audience, scope: server.grantedScope }
  const apis = [await startExpress(protection), await startFastify(protection)]
  try {
    console.log(
      `\n3. The same requests are sent to two APIs: ${apis.map(({ name, url }) => `${name} at ${url}`).join(', ')}.\n`,
    )
    const list = await requests(server, tokens)
    const unexpected = await testApis(apis, list)
    if (server.special === undefined) {
      console.log(
        '\n  (An expired token and a token for another audience are not included, because a real org does not issue them on request. The tests cover them.)',
      )
    }
    await explainRefusal(server, tokens.access_token)
    console.log(
      unexpected === 0
        ? `\nAll ${list.length} requests got the expected response from both APIs.`
        : `\n${unexpected} of ${list.length} requests did NOT get the expected response.`,
    )
    return unexpected === 0 ? 0 : 1
  } finally {
    await Promise.all(apis.map((api) => api.stop()))
  }
}

try {
  const server = await authorization()
  try {
    process.exitCode = await demo(server)
  } finally {
    await server.stop()
  }
} catch (error) {
  // The messages of these errors explain how to fix the problem.
  const isExplained = error instanceof MfaOtpError || error instanceof ConfigurationError
  if (isExplained) console.error(`\n${error.message}`)
  else console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
