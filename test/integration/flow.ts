import { fetchTokens, type TokenResponse } from '@okta-resource-server/mfa-otp'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS, startApis } from '../contract/apis.ts'
import { ask, askWith } from '../contract/ask.ts'

/** An authorization server, and a user who can sign in there. */
export interface SignIn {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly username: string
  readonly password: string
  readonly otp: () => string
  readonly scope: string
  /** Whether the token has the scope that the route `/messages` requires. A real org may not define that scope. */
  readonly hasMessagesScope: boolean
}

/** Tests the MFA OTP flow and every API; used with the embedded server, a container and a real org. */
export function describeFlow(signIn: () => SignIn): void {
  let tokens: TokenResponse
  let started: Awaited<ReturnType<typeof startApis>>

  beforeAll(async () => {
    const { issuer, audience } = signIn()
    tokens = await fetchTokens(signIn())
    started = await startApis({ issuer, audience })
  })
  afterAll(async () => {
    await started?.stop()
  })

  test('two requests to /token return a bearer access token and an ID token', () => {
    expect(tokens.token_type).toBe('Bearer')
    expect(tokens.expires_in).toBeGreaterThan(0)
    expect(tokens.access_token.split('.')).toHaveLength(3)
    expect(tokens.id_token?.split('.')).toHaveLength(3)
    expect(tokens.scope.split(' ')).toContain('openid')
  })

  describe.each(Object.keys(APIS))('%s', (name) => {
    const api = () =>
      started.apis.find((candidate) => candidate.name === name) as (typeof started.apis)[number]

    test('accepts the access token', async () => {
      const path = signIn().hasMessagesScope ? '/messages' : '/any'
      const answer = await askWith(tokens.access_token, api().url + path)

      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body)).toMatchObject({ scopes: expect.arrayContaining(['openid']) })
    })

    test('rejects a missing token, an ID token, a tampered token, a token signed with an unknown key, and a missing scope', async () => {
      const [header, payload, signature] = tokens.access_token.split('.') as [string, string, string]
      const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
      const claims = read(payload)
      const tampered = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url')
      const { privateKey } = await generateKeyPair('RS256')
      const forged = await new SignJWT(claims).setProtectedHeader(read(header)).sign(privateKey)
      const url = api().url

      expect((await ask(`${url}/any`)).status).toBe(401)
      expect((await askWith(tokens.id_token as string, `${url}/any`)).status).toBe(401)
      expect((await askWith([header, tampered, signature].join('.'), `${url}/any`)).status).toBe(401)
      expect((await askWith(forged, `${url}/any`)).status).toBe(401)
      expect((await askWith(tokens.access_token, `${url}/admin`)).status).toBe(403)
    })
  })
}
