import type { TokenResponse } from '@okta-resource-server/mfa-otp'
import { generateKeyPair, SignJWT } from 'jose'
import type { Authorization } from './authorization.ts'

/** One request of the table, and what each API must answer. */
export interface DemoRequest {
  readonly name: string
  readonly path: '/messages' | '/admin'
  readonly token: string | undefined
  readonly status: number
  /** What the challenge must hold; `undefined`: no challenge at all. */
  readonly challenge: RegExp | undefined
}

const invalidToken = /^Bearer realm="[^"]+", error="invalid_token"/

/** Other claims under the old signature. */
function tamperedWith(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory@example.com' })).toString('base64url')
  return [header, other, signature].join('.')
}

/** The same header and claims, signed with a key that the authorization server never published. */
async function signedByStranger(token: string): Promise<string> {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT(payload).setProtectedHeader(header).sign(privateKey)
}

/** Every request of the table; those that a real org gives no token for are left out there. */
export async function requests({ special }: Authorization, tokens: TokenResponse): Promise<DemoRequest[]> {
  const valid = tokens.access_token
  const refused = (name: string, token: string): DemoRequest => ({
    name,
    path: '/messages',
    token,
    status: 401,
    challenge: invalidToken,
  })
  return [
    {
      name: 'no token',
      path: '/messages',
      token: undefined,
      status: 401,
      challenge: /^Bearer realm="[^"]+"$/,
    },
    { name: 'the valid token', path: '/messages', token: valid, status: 200, challenge: undefined },
    refused('a tampered token', tamperedWith(valid)),
    ...(special === undefined
      ? []
      : [
          refused('an expired token', special.expired),
          refused('a token for another audience', special.otherAudience),
        ]),
    {
      name: 'a token lacking a scope',
      path: '/admin',
      token: valid,
      status: 403,
      challenge: /error="insufficient_scope".*scope="messages:admin"/,
    },
    refused("one signed by a stranger's key", await signedByStranger(valid)),
    ...(tokens.id_token === undefined ? [] : [refused('an ID token', tokens.id_token)]),
  ]
}
