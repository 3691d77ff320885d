import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type IntrospectionOption,
} from '@okta-resource-server/core'
import { outcomeOf, ShiftedClock } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findProgram, missingProgram } from '../programs.ts'
import { API, CLIENT, type Glewlwyd, startGlewlwyd } from './glewlwyd.ts'

const NAME = 'glewlwyd'
const path = findProgram(NAME)
const clock = new ShiftedClock()
let server: Glewlwyd

function verifierWith(introspection: Partial<IntrospectionOption>): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({
    issuer: server.issuer,
    audience: API,
    clock: clock.now,
    introspection: { ...CLIENT, ...introspection },
  })
  onTestFinished(() => verifier.close())
  return verifier
}

if (path === undefined) {
  test(`tokens of ${NAME}`, ({ skip }) => skip(missingProgram(NAME)))
} else {
  describe(`tokens of ${NAME}`, () => {
    beforeAll(async () => {
      server = await startGlewlwyd(path)
    })
    afterAll(() => server?.stop())

    test.each([
      ['its keys', 'opaque', false],
      ['its keys and its answer', 'always', false],
      ['its answer', 'only', false],
      ['its keys and its signed answer', 'always', true],
      ['its signed answer', 'only', true],
    ] as const)('are accepted by %s [INTR-05] [INTR-07]', async (_title, when, signedResponse) => {
      const verifier = verifierWith({ when, signedResponse })
      expect(await verifier.verify(await server.accessToken(), { scopes: ['messages:read'] })).toMatchObject({
        issuer: server.issuer,
        clientId: CLIENT.clientId,
        claims: { aud: API },
      })
    })

    test('are refused once they are revoked and the answer is too old', async () => {
      const verifier = verifierWith({ when: 'always' })
      const token = await server.accessToken()
      for (let time = 0; time < 3; time++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
      await server.revoke(token)
      expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
      clock.advance(30_000)
      expect(await outcomeOf(verifier.verify(token))).toBe('token_inactive')
    })

    test('are refused with another signature', async () => {
      const token = await server.accessToken()
      const forged = `${token.slice(0, -8)}AAAAAAAA`
      for (const [when, refusal] of [
        ['always', 'signature_invalid'],
        ['only', 'token_inactive'],
      ] as const) {
        expect(await outcomeOf(verifierWith({ when }).verify(forged))).toBe(refusal)
      }
    })

    test('are not decided about if the secret is wrong [INTR-06]', async () => {
      const verifier = verifierWith({ when: 'only', clientSecret: 'wrong' })
      await expect(verifier.verify(await server.accessToken())).rejects.toMatchObject({
        status: 503,
        cause: { code: 'credentials_refused' },
      })
    })
  })
}
