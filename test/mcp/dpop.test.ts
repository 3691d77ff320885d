import {
  Client,
  ClientCredentialsProvider,
  DpopSession,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { afterEach, expect, test } from 'vitest'
import { openSetting, type Setting } from './setting.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Starts the example with these options of `mcpAuth`. */
async function open(options: object): Promise<Setting> {
  const setting = await openSetting('/mcp', options)
  closing.push(setting.close)
  return setting
}

interface Sent {
  readonly scheme: string | undefined
  readonly status: number
  readonly challenge: string | null
  readonly nonce: string | null
}

/** Connects the official client, which requests a DPoP-bound token and sends a proof with each request. */
async function connect({ url, authorizationServer: { serviceClient, issuer } }: Setting) {
  const session = await DpopSession.create()
  class DpopProvider extends ClientCredentialsProvider {
    dpop() {
      return session
    }
  }
  const authProvider = new DpopProvider({
    ...serviceClient,
    expectedIssuer: issuer,
    scope: 'messages:read',
  })
  const sent: Sent[] = []
  const client = new Client({ name: 'test', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    authProvider,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      // It also opens a stream with GET, at any time.
      if (String(input) === url && init?.method === 'POST') {
        sent.push({
          scheme: new Headers(init?.headers).get('authorization')?.split(' ')[0],
          status: response.status,
          challenge: response.headers.get('www-authenticate'),
          nonce: response.headers.get('dpop-nonce'),
        })
      }
      return response
    },
  })
  await client.connect(transport)
  closing.push(() => client.close())
  const whoami = async (): Promise<unknown> => {
    const { content } = await client.callTool({ name: 'whoami', arguments: {} })
    return JSON.parse((content as { text: string }[])[0]?.text ?? '')
  }
  return { authProvider, sent, whoami }
}

test('the official client calls a tool with a DPoP-bound token and a proof', async () => {
  const setting = await open({ dpop: 'required' })
  const { sent, whoami } = await connect(setting)
  const { clientId } = setting.authorizationServer.serviceClient

  expect(await whoami()).toMatchObject({ clientId })
  const [first, ...others] = sent
  expect(first).toMatchObject({ scheme: undefined, status: 401 })
  expect(first?.challenge).toMatch(
    /^DPoP realm="api", scope="messages:read", algs="[^"]+", resource_metadata="/,
  )
  expect(others.map(({ scheme }) => scheme)).toEqual(others.map(() => 'DPoP'))
  expect(others.filter(({ status }) => status === 401)).toEqual([])
})

test('the token of the official client is refused as a bearer token', async () => {
  const { url, ...setting } = await open({ dpop: 'allowed' })
  const { authProvider } = await connect({ url, ...setting })
  const headers = { authorization: `Bearer ${authProvider.tokens()?.access_token}` }
  const response = await fetch(url, { method: 'POST', headers })

  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(
    /^Bearer realm="api", error="invalid_token", .*, DPoP realm="api", /,
  )
})

test('the official client is asked for a nonce once, and gets the next one with a response of 200', async () => {
  let ahead = 0
  const setting = await open({
    dpop: { nonce: { secrets: ['a secret that has thirty-two bytes'] } },
    clock: () => Date.now() + ahead,
  })
  const { sent, whoami } = await connect(setting)
  await whoami()
  const before = sent.length
  // A nonce is replaced once half of its life, by default 120 seconds, is over.
  ahead = 80_000
  await whoami()
  // By now the first nonce has expired.
  ahead = 160_000
  await whoami()

  const asked = sent.filter(({ challenge }) => challenge?.includes('error="use_dpop_nonce"'))
  expect(asked).toMatchObject([{ status: 401, nonce: expect.stringMatching(/./) }])
  const after = sent.slice(before)
  expect(after.map(({ status, nonce }) => [status, nonce !== null])).toEqual([
    [200, true],
    [200, true],
  ])
  expect(new Set(sent.flatMap(({ nonce }) => nonce ?? [])).size).toBe(3)
})
