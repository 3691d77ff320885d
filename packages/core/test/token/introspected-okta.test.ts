import { NOW, signingKey, signSegments } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { activeAnswer, askingVerifier } from '../support/introspection.ts'

const key = signingKey()

describe('Okta', () => {
  const ORG = 'https://example.okta.com'
  const orgToken = (
    claims: object = {},
    typ: string | undefined = 'application/okta-internal-at+jwt',
  ): string =>
    signSegments(
      JSON.stringify({ kid: key.kid, alg: 'ES256', typ }),
      JSON.stringify({
        ver: 1,
        jti: 'AT.abc',
        iss: ORG,
        aud: ORG,
        exp: NOW + 60,
        cid: 'client-1',
        ...claims,
      }),
      key,
    )
  const org = () => {
    const asking = askingVerifier({ when: 'only' }, { issuer: ORG, audience: ORG })
    asking.server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: ORG, uid: '00u1' }))
    return asking
  }

  it('tokens of the org authorization server are accepted if it says that they are active', async () => {
    const { verifier, server, outcome } = org()
    expect((await verifier.verify(orgToken(), { caller: 'user' })).subject).toBe('someone')
    server.reply = () => Response.json({ active: false })
    expect(await outcome(orgToken({ jti: 'AT.2' }))).toBe('token_inactive')
  })

  it.each([
    ['a refresh token', 'aB3_refreshTokenOfOkta-XYZ', 'token_malformed'],
    ['a device secret', 'ds-0123456789abcdef.ghij', 'token_malformed'],
    ['an ID token', orgToken({ jti: 'ID.abc', aud: 'client-1' }, 'JWT'), 'id_token'],
    ['an expired token', orgToken({ exp: NOW - 60 }), 'token_expired'],
    [
      'a token of a custom authorization server',
      orgToken({ iss: `${ORG}/oauth2/default` }),
      'issuer_not_allowed',
    ],
    ['a token of another org', orgToken({ iss: 'https://other.okta.com' }), 'issuer_not_allowed'],
  ])('%s is refused without a call', async (_title, token, code) => {
    const { calls, outcome } = org()
    expect(await outcome(token)).toBe(code)
    expect(calls).toEqual([])
  })

  it('an ID token that it answers is active is refused by its audience', async () => {
    const { server, outcome } = org()
    server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: 'client-1', jti: 'ID.abc' }))
    expect(await outcome(orgToken())).toBe('id_token')
    server.reply = () => Response.json(activeAnswer({ iss: ORG, aud: 'client-1' }))
    expect(await outcome(orgToken({ jti: 'AT.2' }))).toBe('audience_mismatch')
  })
})
