import { fetchTokens } from '@okta-resource-server/mfa-otp'
import type { Api } from './apis.ts'
import type { Authorization } from './authorization.ts'
import { describe } from './exchange.ts'
import type { DemoRequest } from './requests.ts'
import { testApis } from './table.ts'

const CHALLENGE = /error="insufficient_user_authentication".*acr_values="urn:okta:loa:2fa:any"/

/** What a client does with the answer: it asks the authorization server for the levels in the challenge. */
async function acrValuesOf(api: Api, token: string): Promise<string> {
  const response = await fetch(`${api.url}/transfer`, { headers: { authorization: `Bearer ${token}` } })
  await response.body?.cancel()
  const [, acrValues] = /acr_values="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '') ?? []
  if (acrValues === undefined) throw new Error('The challenge has no acr_values.')
  return acrValues
}

/** Shows a step-up (RFC 9470): a token of one factor is challenged, and a token of two factors is accepted. */
export async function stepUp(
  { stepUp: user, scope }: Authorization,
  apis: readonly Api[],
): Promise<{ readonly sent: number; readonly unexpected: number }> {
  if (user === undefined) {
    console.log(
      '\n5. Step-up is not shown, because it depends on the policies of the org whether these grants support acr_values.',
    )
    return { sent: 0, unexpected: 0 }
  }
  console.log(
    '\n5. Step-up: the route /transfer requires two factors. A user signs in with the password only.\n',
  )
  user.requireOneFactor()
  const weak = await fetchTokens({ ...user.credentials, scope })
  const request = { path: '/transfer', token: weak.access_token } as const
  const challenged: DemoRequest = {
    ...request,
    name: 'a token of one factor',
    status: 401,
    challenge: CHALLENGE,
  }
  let unexpected = await testApis(apis, [challenged])

  const acrValues = await acrValuesOf(apis[0] as Api, weak.access_token)
  console.log('\n   The client signs the user in again, with the acr_values of the challenge.')
  const strong = await fetchTokens({
    ...user.credentials,
    scope,
    acrValues,
    onExchange: (exchange) => console.log(`\n${describe(exchange)}`),
  })
  console.log()
  const accepted: DemoRequest = {
    ...{ ...request, token: strong.access_token, status: 200, challenge: undefined },
    name: 'a token of two factors',
  }
  unexpected += await testApis(apis, [accepted])
  return { sent: 2, unexpected }
}
