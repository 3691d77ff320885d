import { signingKey, signToken } from '@okta-resource-server/testing'
import { expect, test } from 'vitest'
import { judge } from './judge.ts'

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const ELLIPTIC = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

test('tokens of every asymmetric algorithm are accepted, RS256 and ES256 among them [RFC7519-8-recommended] [RFC9068-2.1-rs256] [RFC8725-3.2-agility]', async () => {
  for (const algorithm of [...RSA, ...ELLIPTIC]) {
    const key = signingKey(algorithm)
    expect([algorithm, await judge(signToken({ key }), {}, key.jwk)]).toEqual([algorithm, 'accepted'])
  }
})
