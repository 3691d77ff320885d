import { errorResponse, type Requirements } from '@okta-resource-server/core'
import { bearer, NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, test } from 'vitest'
import { verifierOf } from './judge.ts'

const TOKEN = signToken()
const QUERY = `/messages?access_token=${TOKEN}`
const FORM = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: { access_token: TOKEN },
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly url?: string
  readonly body?: unknown
}

/** Status, challenge and body of the answer to a request; 200 if it is accepted. */
async function answer(request: Sent, requirements?: Requirements) {
  try {
    await verifierOf().authenticate({ headers: {}, url: '/messages', ...request }, requirements)
    return { status: 200, challenge: '', body: {} }
  } catch (error) {
    const { status, headers, body } = errorResponse(error)
    return { status, challenge: headers['www-authenticate'] ?? '', body }
  }
}

describe('a request', () => {
  test('gives access with a valid token that has the scope [O21-01]', async () => {
    expect((await answer({ headers: bearer(TOKEN) }, { scopes: ['messages:read'] })).status).toBe(200)
  })

  test.each<[string, string, Requirements, number]>([
    ['is forged', `${TOKEN.slice(0, -8)}AAAAAAAA`, {}, 401],
    ['has expired', signToken({ claims: { exp: NOW - 60 } }), {}, 401],
    ['lacks the scope', TOKEN, { scopes: ['messages:admin'] }, 403],
    ['lacks another property', TOKEN, { claims: { tenant: 'a' } }, 403],
  ])('gives no access with a token that %s [O21-01] [O21-07]', async (_title, token, wanted, status) => {
    const requirements = Object.keys(wanted).length === 0 ? undefined : wanted
    expect((await answer({ headers: bearer(token) }, requirements)).status).toBe(status)
  })

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('may spell the scheme %s [O21-02]', async (scheme) => {
    expect((await answer({ headers: { authorization: `${scheme} ${TOKEN}` } })).status).toBe(200)
  })

  test('is refused with 400 for a token in the query, also beside a good header [O21-03]', async () => {
    expect(await answer({ url: QUERY })).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(await answer({ url: QUERY, headers: bearer(TOKEN) })).toMatchObject({ status: 400 })
  })

  test('is refused with 400 for a token in a form body [O21-04]', async () => {
    expect((await answer(FORM)).status).toBe(400)
  })

  test('is refused with a token for another API, cached or not [O21-08]', async () => {
    const verifier = verifierOf()
    const token = signToken({ claims: { aud: 'api://other' } })
    for (let time = 0; time < 3; time++) {
      expect(await outcomeOf(verifier.verify(token))).toBe('audience_mismatch')
    }
  })
})

describe('a challenge', () => {
  const REQUESTS: readonly [string, Sent, Requirements | undefined, number][] = [
    ['without credentials', {}, undefined, 401],
    ['with another scheme', { headers: { authorization: 'Basic dTpw' } }, undefined, 401],
    ['with a bad token', { headers: bearer('x') }, undefined, 401],
    ['with a token in the query', { url: QUERY }, undefined, 400],
    ['without the scope', { headers: bearer(TOKEN) }, { scopes: ['a', 'b'] }, 403],
  ]

  test.each(REQUESTS)(
    'to a request %s has a scheme with at least one parameter [O21-05] [O21-07]',
    async (_title, request, requirements, status) => {
      const { status: found, challenge } = await answer(request, requirements)
      expect(found).toBe(status)
      expect(challenge).toMatch(/^Bearer [a-z_]+="/)
    },
  )

  test.each(REQUESTS)(
    'to a request %s has no parameter twice, and allowed characters only [O21-06]',
    async (_title, request, requirements) => {
      const { challenge } = await answer(request, requirements)
      const parameters = [...challenge.matchAll(/([a-z_]+)="([^"]*)"/g)]
      const names = parameters.map(([, name]) => name)
      expect(new Set(names).size).toBe(names.length)
      for (const [, , value] of parameters) expect(value).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
    },
  )

  test('to a request without credentials has no error [O21-07]', async () => {
    const { challenge, body } = await answer({})
    expect(challenge).not.toContain('error')
    expect(body).not.toHaveProperty('error')
  })
})
