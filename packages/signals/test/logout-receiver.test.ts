import {
  createAccessTokenVerifier,
  memoryRevocationStore,
  type ReplayStore,
  StoreError,
} from '@okta-resource-server/core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { LOGOUT_URL, listedStore, logOut, logoutReceiver, okta, send, useOkta } from './support/setting.ts'
import type { Json } from './support/transmitter.ts'

useOkta()

const seconds = (): number => Math.floor(Date.now() / 1_000)
const bodyOf = (sub: string, iss = okta.issuer): Json => ({ sub_id: { format: 'iss_sub', iss, sub } })
const emailBody: Json = { sub_id: { format: 'email', email: 'ada@example.com' } }

describe('a Universal Logout request', () => {
  it('refuses the tokens of the user, and is answered with 204', async () => {
    const store = memoryRevocationStore()
    const verifier = createAccessTokenVerifier({
      issuer: okta.tokenIssuer,
      audience: 'api://default',
      revocation: { isRevoked: store },
    })
    const [ada, bob] = [await okta.accessToken('00u1ada'), await okta.accessToken('00u1bob')]
    await verifier.verify(ada)
    const answer = await logOut(logoutReceiver({ store }), await okta.logoutToken(), bodyOf('00u1ada'))
    expect(answer).toMatchObject({ status: 204, body: '' })
    await expect(verifier.verify(ada)).rejects.toMatchObject({ code: 'token_revoked' })
    await expect(verifier.verify(bob)).resolves.toBeDefined()
    verifier.close()
  })

  it.each(['Global-Token-Revocation+JWT', 'application/global-token-revocation+jwt'])(
    'accepts the typ %s, which means the same',
    async (typ) => {
      const token = await okta.logoutToken({ header: { typ } })
      expect((await logOut(logoutReceiver(), token, bodyOf('00u1ada'))).status).toBe(204)
    },
  )

  it.each<[string, number, () => Parameters<typeof okta.logoutToken>[0]]>([
    ['without typ', 401, () => ({ header: { typ: undefined } })],
    ['with the typ JWT', 401, () => ({ header: { typ: 'JWT' } })],
    ['with a typ that only ends like it', 401, () => ({ header: { typ: 'x/global-token-revocation+jwt' } })],
    ['with a list as typ', 401, () => ({ header: { typ: ['global-token-revocation+jwt'] } })],
    ['with the typ of an event', 401, () => ({ header: { typ: 'secevent+jwt' } })],
    ['that another key has signed', 401, () => ({ foreignKey: true })],
    ['of another org', 401, () => ({ claims: { iss: 'https://other.okta.com' } })],
    ['for another endpoint', 401, () => ({ claims: { aud: `${LOGOUT_URL}/` } })],
    ['for two endpoints', 401, () => ({ claims: { aud: [LOGOUT_URL, 'https://other.example.com'] } })],
    ['without aud', 401, () => ({ claims: { aud: undefined } })],
    ['for another client', 403, () => ({ claims: { sub: '0oa1other' } })],
    ['without sub', 403, () => ({ claims: { sub: undefined } })],
    ['of six minutes ago', 401, () => ({ claims: { iat: seconds() - 360, exp: seconds() + 60 } })],
    ['of tomorrow', 401, () => ({ claims: { iat: seconds() + 86_400, exp: seconds() + 90_000 } })],
    ['without iat', 401, () => ({ claims: { iat: undefined } })],
    ['that has expired', 401, () => ({ claims: { iat: seconds() - 60, exp: seconds() - 10 } })],
    ['that is not yet valid', 401, () => ({ claims: { nbf: seconds() + 60 } })],
    ['with a jti that is no text', 401, () => ({ claims: { jti: 1 } })],
  ])(
    'with a JWT %s is answered with %i, and revokes nothing [UL-01] [UL-02]',
    async (_, expected, deviations) => {
      const store = listedStore()
      const { status, headers } = await logOut(
        logoutReceiver({ store }),
        await okta.logoutToken(deviations()),
        bodyOf('00u1ada'),
      )
      expect(status).toBe(expected)
      if (expected === 401) expect(headers['www-authenticate']).toBe('Bearer')
      expect(store.written).toEqual([])
    },
  )

  it.each<[string, number, () => unknown]>([
    ['that is no JSON', 400, () => '{'],
    ['that is a list', 400, () => []],
    ['without sub_id', 400, () => ({})],
    ['with a subject that is a text', 400, () => ({ sub_id: 'ada' })],
    ['with a subject without sub', 400, () => ({ sub_id: { format: 'iss_sub', iss: okta.issuer } })],
    ['with a subject without format', 400, () => ({ sub_id: { iss: okta.issuer, sub: 'ada' } })],
    ['with a user of another issuer', 404, () => bodyOf('ada', 'https://other.okta.com')],
    ['with an opaque subject', 422, () => ({ sub_id: { format: 'opaque', id: 'ada' } })],
    ['with an email address, where none are expected', 422, () => emailBody],
    ['of more than 8 KiB', 400, () => ({ ...bodyOf('ada'), more: 'a'.repeat(8_192) })],
  ])('with a body %s is answered with %i, and its JWT is not used up', async (_, expected, body) => {
    const store = listedStore()
    const receiver = logoutReceiver({ store })
    const token = await okta.logoutToken()
    expect((await logOut(receiver, token, body())).status).toBe(expected)
    expect(store.written).toEqual([])
    expect((await logOut(receiver, token, bodyOf('00u1ada'))).status).toBe(204)
  })

  it('without a JWT, with two, or of another media type or method is refused', async () => {
    const receiver = logoutReceiver()
    const [token, json] = [await okta.logoutToken(), { 'content-type': 'application/json' }]
    const text = JSON.stringify(bodyOf('a'))
    const authorization = `Bearer ${token}`
    const sent = [
      { headers: json },
      { headers: { ...json, authorization: `${authorization}, ${authorization}` } },
      { headers: { ...json, authorization: `Basic ${token}` } },
      { headers: { authorization, 'content-type': 'text/plain' } },
      { headers: { ...json, authorization }, method: 'PUT' },
    ]
    const answers = await Promise.all(sent.map((request) => send(receiver, text, request)))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 400, 405])
    expect(answers.every(({ bodyWasRead }) => !bodyWasRead)).toBe(true)
  })

  it.each([
    ['jti', {}],
    ['digest, if it has no jti', { jti: undefined }],
  ])('can be used once, by %s, also for another user [UL-03]', async (_, claims) => {
    const store = listedStore()
    const receiver = logoutReceiver({ store })
    const token = await okta.logoutToken({ claims })
    const first = await logOut(receiver, token, bodyOf('00u1ada'))
    const again = await logOut(receiver, token, bodyOf('00u1ada'))
    const other = await logOut(receiver, token, bodyOf('00u1bob'))
    expect([first, again, other].map(({ status }) => status)).toEqual([204, 401, 401])
    expect(store.written).toMatchObject([{ uid: '00u1ada' }])
  })

  it('is accepted until its JWT is five minutes old [UL-02]', async () => {
    const claims = { iat: seconds() - 298, exp: seconds() + 2 }
    const answer = await logOut(logoutReceiver(), await okta.logoutToken({ claims }), bodyOf('a'))
    expect(answer.status).toBe(204)
  })

  it('without jti cannot be used again with the second form of its ECDSA signature [UL-03]', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'ec', alg: 'ES256' }] }
    const receiver = logoutReceiver({ algorithms: ['ES256'], jwks })
    const now = seconds()
    const claims = { iss: okta.issuer, sub: '0oa1logout', aud: LOGOUT_URL, iat: now, exp: now + 300 }
    const header = { alg: 'ES256', kid: 'ec', typ: 'global-token-revocation+jwt' }
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
    const [signed, signature = ''] = token.split(/\.(?=[^.]*$)/)
    const bytes = Buffer.from(signature, 'base64url')
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const s = (order - BigInt(`0x${bytes.toString('hex', 32)}`)).toString(16).padStart(64, '0')
    const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')
    expect((await logOut(receiver, `${signed}.${other}`, bodyOf('00u1ada'))).status).toBe(204)
    expect((await logOut(receiver, token, bodyOf('00u1bob'))).status).toBe(401)
  })

  it('can be used once for as long as it is accepted, if the clock of the issuer is ahead [UL-03]', async () => {
    let ahead = 0
    const receiver = logoutReceiver({ clockTolerance: 5, clock: () => Date.now() + ahead })
    const claims = { iat: seconds() + 4, exp: undefined }
    const token = await okta.logoutToken({ claims })
    expect((await logOut(receiver, token, bodyOf('00u1ada'))).status).toBe(204)
    ahead = 307_000
    expect(await logOut(receiver, token, bodyOf('00u1bob'))).toMatchObject({
      status: 401,
      body: expect.stringContaining('used before'),
    })
  })

  it('can be used once if the clock is set forth, and back again [UL-03]', async () => {
    let step = 0
    const receiver = logoutReceiver({ clock: () => Date.now() + step })
    const token = await okta.logoutToken()
    expect((await logOut(receiver, token, bodyOf('00u1ada'))).status).toBe(204)
    step = 3_600_000
    expect((await logOut(receiver, token, bodyOf('00u1bob'))).status).toBe(401)
    step = 0
    expect(await logOut(receiver, token, bodyOf('00u1bob'))).toMatchObject({
      status: 401,
      body: expect.stringContaining('used before'),
    })
  })

  it('can be used once between receivers that share a replay store, in a race [UL-03]', async () => {
    const used = new Set<string>()
    const replayStore: ReplayStore = { claim: ({ key }) => !used.has(key) && used.add(key).size > 0 }
    const receivers = [logoutReceiver({ replayStore }), logoutReceiver({ replayStore })]
    const token = await okta.logoutToken()
    const answers = await Promise.all(
      receivers.map((receiver, index) => logOut(receiver, token, bodyOf(`${index}`))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401])
  })

  it('is not used up while the revocation store is not ready', async () => {
    let isDown = true
    const store = {
      ...listedStore(),
      async ready() {
        if (isDown) throw new StoreError('not_connected')
      },
    }
    const receiver = logoutReceiver({ store })
    const token = await okta.logoutToken()
    expect((await logOut(receiver, token, bodyOf('a'))).status).toBe(503)
    isDown = false
    expect((await logOut(receiver, token, bodyOf('a'))).status).toBe(204)
  })
})

describe('a Universal Logout request with an email address', () => {
  it('revokes the tokens of the user that the application finds [UL-04]', async () => {
    const store = listedStore()
    const userIdOfEmail = async (email: string) => (email === 'ada@example.com' ? '00u1ada' : undefined)
    const receiver = logoutReceiver({ store, userIdOfEmail })
    expect((await logOut(receiver, await okta.logoutToken(), emailBody)).status).toBe(204)
    expect(store.written).toMatchObject([{ issuer: okta.tokenIssuer, uid: '00u1ada' }])
    const unknown = { sub_id: { format: 'email', email: 'bob@example.com' } }
    expect((await logOut(receiver, await okta.logoutToken(), unknown)).status).toBe(404)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('ada@example.com'))],
    ['returns rubbish', () => '' as string],
  ])('is answered with 503 if the application %s, and can be sent again', async (_, fail) => {
    let isDown = true
    const userIdOfEmail = (): string | Promise<string> => (isDown ? fail() : '00u1ada')
    const receiver = logoutReceiver({ userIdOfEmail })
    const token = await okta.logoutToken()
    expect(await logOut(receiver, token, emailBody)).toMatchObject({ status: 503, body: '' })
    isDown = false
    expect((await logOut(receiver, token, emailBody)).status).toBe(204)
  })
})
