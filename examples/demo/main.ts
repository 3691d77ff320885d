// Shows the whole flow: a user signs in with password and TOTP, then two APIs verify valid and invalid tokens.
import {
  ConfigurationError,
  createAccessTokenVerifier,
  type ExplainedCheck,
} from '@okta-resource-server/express'
import { fetchTokens, MfaOtpError } from '@okta-resource-server/mfa-otp'
import { startExpress, startFastify } from './apis.ts'
import { type Authorization, authorization } from './authorization.ts'
import { describe } from './exchange.ts'
import { requests } from './requests.ts'
import { stepUp } from './step-up.ts'
import { testApis } from './table.ts'

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
    const steppedUp = await stepUp(server, apis)
    const sent = list.length + steppedUp.sent
    const wrong = unexpected + steppedUp.unexpected
    console.log(
      wrong === 0
        ? `\nAll ${sent} requests got the expected response from both APIs.`
        : `\n${wrong} of ${sent} requests did NOT get the expected response.`,
    )
    return wrong === 0 ? 0 : 1
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
