// The main job, end to end: a user signs in with password and TOTP, and two APIs judge tokens.
import { ConfigurationError } from '@okta-resource-server/express'
import { fetchTokens, MfaOtpError } from '@okta-resource-server/mfa-otp'
import { type Api, startExpress, startFastify } from './apis.ts'
import { type Authorization, authorization } from './authorization.ts'
import { describe } from './exchange.ts'
import { type DemoRequest, requests } from './requests.ts'

interface Answer {
  readonly status: number
  readonly challenge: string | null
  readonly expected: boolean
}

async function ask(api: Api, { path, token, status, challenge }: DemoRequest): Promise<Answer> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(api.url + path, { headers, signal: AbortSignal.timeout(10_000) })
  await response.body?.cancel()
  const given = response.headers.get('www-authenticate')
  const challenged = challenge === undefined ? given === null : given !== null && challenge.test(given)
  return { status: response.status, challenge: given, expected: response.status === status && challenged }
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

async function judge(apis: readonly Api[], list: readonly DemoRequest[]): Promise<number> {
  const rows = [['Request', ...apis.map(({ name }) => name), 'WWW-Authenticate']]
  let unexpected = 0
  for (const request of list) {
    const answers = await Promise.all(apis.map((api) => ask(api, request)))
    const same = answers.every(({ challenge }) => challenge === answers[0]?.challenge)
    if (!same || answers.some(({ expected }) => !expected)) unexpected++
    const cells = answers.map(({ status, expected }) =>
      expected ? `${status}` : `${status} (expected ${request.status})`,
    )
    const challenges = same
      ? (answers[0]?.challenge ?? '-')
      : answers.map(({ challenge }) => challenge ?? '-').join(' | ')
    rows.push([request.name, ...cells, challenges])
  }
  printTable(rows)
  return unexpected
}

async function demo(server: Authorization): Promise<number> {
  console.log(`1. Tokens come from ${server.description}.\n`)
  console.log('2. The MFA OTP flow: a password gets an mfa_token, the mfa_token and a TOTP get the tokens.')
  const tokens = await fetchTokens({
    ...server.credentials,
    scope: server.scope,
    onExchange: (exchange) => console.log(`\n${describe(exchange)}`),
  })
  const protection = { issuer: server.issuer, audience: server.audience, scope: server.grantedScope }
  const apis = [await startExpress(protection), await startFastify(protection)]
  try {
    console.log(
      `\n3. Two APIs judge the requests: ${apis.map(({ name, url }) => `${name} at ${url}`).join(', ')}.\n`,
    )
    const list = await requests(server, tokens)
    const unexpected = await judge(apis, list)
    if (server.special === undefined) {
      console.log(
        '\n  (An expired token and one for another audience cannot be had from a real org on demand; the tests cover them.)',
      )
    }
    console.log(
      unexpected === 0
        ? `\nAll ${list.length} requests got the expected answer from both APIs.`
        : `\n${unexpected} of ${list.length} requests did NOT get the expected answer.`,
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
  // These say what to do.
  const explained = error instanceof MfaOtpError || error instanceof ConfigurationError
  if (explained) console.error(`\n${error.message}`)
  else console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
