import { randomUUID } from 'node:crypto'
import type { TokenResponse } from '@okta-resource-server/mfa-otp'
import { generateKeyPair, SignJWT } from 'jose'
import type { Authorization } from './authorization.ts'

/** A request, and the response that is expected from each API. */
export interface DemoRequest {
  readonly name: string
  readonly path: '/messages' | '/admin' | '/transfer'
  readonly token: string | undefined
  readonly status: number
  /** Pattern of the challenge; `undefined` if there must not be one. */
  readonly challenge: RegExp | undefined
}

/** Returns the token with a changed claim and the original signature. */
function tamper(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const tampered = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory@example.com' })).toString(
    'base64url',
  )
  return [header, tampered, signature].join('.')
}

/** Returns a token with the same claims, signed with a key that the authorization server does not publish. */
async function signWithUnknownKey(token: string): Promise<string> {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT(payload).setProtectedHeader({ ...header, kid: randomUUID() }).sign(privateKey)
}

/** Returns the requests to send. Those whose tokens a real org does not issue are left out for a real org. */
export async function requests({ special }: Authorization, tokens: TokenResponse): Promise<DemoRequest[]> {
  const valid = tokens.access_token
  const rejected = (name: string, token: string, description: string): DemoRequest => ({
    name,
    path: '/messages',
    token,
    status: 401,
    challenge: new RegExp(
      `^Bearer realm="[^"]+", error="invalid_token", error_description="${description}"$`,
    ),
  })
  return [
    {
      name: 'no token',
      path: '/messages',
      token: undefined,
      status: 401,
      challenge: /^Bearer realm="[^"]+"$/,
    },
    { name: 'a valid token', path: '/messages', token: valid, status: 200, challenge: undefined },
    rejected('a tampered token', tamper(valid), 'The signature of the access token is invalid'),
    ...(special === undefined
      ? []
      : [
          rejected('an expired token', special.expired, 'The access token has expired'),
          rejected(
            'a token for another audience',
            special.otherAudience,
            'The access token was issued for another audience',
          ),
        ]),
    {
      name: 'a token without the required scope',
      path: '/admin',
      token: valid,
      status: 403,
      challenge: /error="insufficient_scope".*scope="messages:admin"/,
    },
    rejected(
      'a token signed with an unknown key',
      await signWithUnknownKey(valid),
      'The access token is signed with an unknown key',
    ),
    ...(tokens.id_token === undefined
      ? []
      : [rejected('an ID token', tokens.id_token, 'The token is an ID token, not an access token')]),
  ]
}
