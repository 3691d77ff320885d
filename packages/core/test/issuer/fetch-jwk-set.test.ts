import { signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { fetchJwkSet } from '../../src/issuer/fetch-jwk-set.ts'
import { failureOf, fetchOptions } from '../support/http.ts'

const ADDRESS = 'https://as.example/keys'
const { jwk } = signingKey()
const fetchKeys = (json: unknown) =>
  fetchJwkSet(
    ADDRESS,
    fetchOptions(async () => Response.json(json)),
    new Set(['RS256']),
    undefined,
  )

describe('a JWK Set', () => {
  it.each([[[]], [{}], [null], [{ keys: {} }]])(
    'that is malformed is a failure that says so: %j',
    async (json) => {
      expect(await failureOf(fetchKeys(json))).toMatchObject({
        code: 'wrong_shape',
        url: ADDRESS,
        message: `${ADDRESS}: not a JWK Set (RFC 7517, section 5)`,
      })
    },
  )

  it('without a usable key is a failure, and one with an unknown key beside a usable one is none', async () => {
    const unknown = { kty: 'unknown' }
    expect(await failureOf(fetchKeys({ keys: [unknown] }))).toMatchObject({
      code: 'no_usable_key',
      url: ADDRESS,
      message: expect.stringContaining('no usable key'),
    })
    expect((await fetchKeys({ keys: [unknown, jwk] })).set.keys).toHaveLength(1)
  })
})
