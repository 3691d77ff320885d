import { X509Certificate } from 'node:crypto'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { AUDIENCE, ISSUER, keySet, signingKey, signToken } from '@okta-resource-server/testing'
import * as dpop from 'dpop'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Certificate, selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { get } from './requests.ts'
import { SERVERS } from './servers.ts'

const [ours, theirs] = [selfSignedCertificate(), selfSignedCertificate()]
const sha256 = async (der: Uint8Array): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(der))).toString('base64url')

describe.each(Object.entries(SERVERS))('%s', (_name, start) => {
  test('accepts a token that is bound to a key and a certificate only with both', async () => {
    const verifier = createAccessTokenVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: keySet(signingKey()),
      dpop: 'allowed',
      mtls: 'allowed',
    })
    const api = await start(verifier)
    onTestFinished(async () => {
      await api.stop()
      verifier.close()
    })
    const keys = await dpop.generateKeyPair('ES256')
    const now = Math.floor(Date.now() / 1_000)
    const token = signToken({
      claims: {
        iat: now,
        exp: now + 600,
        cnf: {
          jkt: await dpop.calculateThumbprint(keys.publicKey),
          'x5t#S256': await sha256(new X509Certificate(ours.cert).raw),
        },
      },
    })
    const send = async (client: Certificate | undefined, withProof: boolean) => {
      const proof = await dpop.generateProof(keys, `${api.url}/`, 'GET', undefined, token)
      const headers = withProof ? { authorization: `DPoP ${token}`, dpop: proof } : {}
      const { status, challenge } = await get(api, token, { client, headers })
      return [status, challenge?.match(/error_description="([^"]*)"/)?.[1]]
    }
    // Three times, so that the token is in the cache as well.
    for (let time = 0; time < 3; time++) {
      expect(await send(ours, true)).toEqual([200, undefined])
      expect(await send(ours, false)).toEqual([401, expect.stringContaining('is sender-constrained')])
      expect(await send(theirs, true)).toEqual([401, expect.stringContaining('another client certificate')])
      expect(await send(undefined, true)).toEqual([401, expect.stringContaining('no client certificate')])
    }
  })
})
