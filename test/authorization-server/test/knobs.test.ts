import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultKnobs } from '../src/options.ts'
import { Harness } from './harness.ts'

const log: object[] = []
const harness = new Harness({ onRequest: (entry) => log.push(entry) })
const keysPath = '/oauth2/default/v1/keys'

afterEach(() => {
  Object.assign(harness.server.knobs, defaultKnobs())
})

describe('the rate limit per user', () => {
  it('rejects the sixth OTP within 300 seconds with 429 invalid_grant, even if it is right', async () => {
    harness.advance(3600)
    const mfaToken = await harness.mfaToken()
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await harness.otpStep(mfaToken, { otp: harness.wrongOtp() })).status).toBe(400)
    }
    const refused = await harness.otpStep(mfaToken)
    expect(refused).toMatchObject({ status: 429, body: { error: 'invalid_grant' } })
    expect(refused.body.error_description).toContain('--factors 1')
    expect(refused.body).not.toHaveProperty('errorCode')
    harness.advance(300)
    expect((await harness.otpStep(await harness.mfaToken())).status).toBe(200)
  })

  it('can be disabled', async () => {
    harness.server.knobs.otpRateLimit = false
    const mfaToken = await harness.mfaToken()
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      expect((await harness.otpStep(mfaToken, { otp: harness.wrongOtp() })).status).toBe(400)
    }
  })
})

describe('the rate limit per minute', () => {
  it('causes a 429 with an API error object and headers that say when it resets', async () => {
    harness.server.knobs.bucketRateLimit = 1
    harness.advance(60)
    const admitted = await harness.passwordStep()
    expect(admitted.status).toBe(403)
    expect(admitted.headers.get('x-rate-limit-remaining')).toBe('0')
    const { status, headers, body } = await harness.passwordStep()
    expect(status).toBe(429)
    expect(body).toMatchObject({ errorCode: 'E0000047', errorLink: 'E0000047', errorCauses: [] })
    expect(body).not.toHaveProperty('error')
    expect(headers.get('x-rate-limit-limit')).toBe('1')
    expect(headers.get('x-rate-limit-remaining')).toBe('0')
    const reset = Number(headers.get('x-rate-limit-reset'))
    expect(reset).toBeGreaterThan(harness.now / 1000)
    expect(reset).toBeLessThanOrEqual(harness.now / 1000 + 60)
    expect((await harness.get(keysPath)).status).toBe(200)
    harness.advance(60)
    expect((await harness.passwordStep()).status).toBe(403)
  })
})

describe('keys', () => {
  const published = async () => (await harness.get(keysPath)).body.keys

  it('are two RS256 keys without private members', async () => {
    const { headers, body } = await harness.get(keysPath)
    expect(headers.get('cache-control')).toBe('max-age=3832304, must-revalidate')
    expect(body.keys).toHaveLength(2)
    for (const key of body.keys) {
      expect(key).toEqual({
        kty: 'RSA',
        alg: 'RS256',
        use: 'sig',
        kid: expect.stringMatching(/^[\w-]{43}$/),
        e: 'AQAB',
        n: expect.any(String),
      })
    }
  })

  it('are served with the configured Cache-Control header, or without one', async () => {
    harness.server.knobs.keysCacheControl = 'no-store'
    expect((await harness.get(keysPath)).headers.get('cache-control')).toBe('no-store')
    harness.server.knobs.keysCacheControl = undefined
    expect((await harness.get(keysPath)).headers.has('cache-control')).toBe(false)
  })

  it('rotate immediately: the next key signs, the old key is withdrawn, a new next key is published', async () => {
    const { currentKid: old, nextKid: next } = harness.server.keys
    await harness.server.rotateKeys()
    const kids = (await published()).map(({ kid }: { kid: string }) => kid)
    expect(kids).toHaveLength(2)
    expect(kids).toContain(next)
    expect(kids).not.toContain(old)
    const token = (await harness.serviceToken()).body.access_token
    expect(decodeProtectedHeader(token).kid).toBe(next)
    await jwtVerify(token, createLocalJWKSet({ keys: await published() }), {
      currentDate: new Date(harness.now),
    })
  })

  it('keep the old key published after a rotation with keepExpired', async () => {
    const { currentKid: old } = harness.server.keys
    await harness.server.rotateKeys({ keepExpired: true })
    const kids = (await published()).map(({ kid }: { kid: string }) => kid)
    expect(kids).toHaveLength(3)
    expect(kids).toContain(old)
  })
})

describe('an outage', () => {
  it('closes connections', async () => {
    harness.server.knobs.outage = 'refuse'
    await expect(harness.get(keysPath)).rejects.toThrow()
    expect((await harness.get('/health')).status).toBe(200)
  })

  it('causes a 500, with an OAuth error at the token endpoint', async () => {
    harness.server.knobs.outage = '500'
    expect(await harness.passwordStep()).toMatchObject({ status: 500, body: { error: 'server_error' } })
    expect(await harness.get(keysPath)).toMatchObject({ status: 500, body: { errorCode: 'E0000009' } })
  })

  it('causes a 503, or an HTML response, only on the configured paths', async () => {
    harness.server.knobs.outagePaths = /\/v1\/keys$/
    harness.server.knobs.outage = '503'
    expect((await harness.get(keysPath)).status).toBe(503)
    expect((await harness.passwordStep()).status).toBe(403)
    harness.server.knobs.outage = 'malformed'
    expect((await harness.get(keysPath)).body).toMatch(/^<html>/)
  })

  it('leaves requests without a response', async () => {
    harness.server.knobs.outage = 'hang'
    const signal = AbortSignal.timeout(50)
    await expect(fetch(`${harness.server.url}${keysPath}`, { signal })).rejects.toThrow(/timeout/)
  })

  it('by stop() ends with start(), on the same port and with the same keys and tokens', async () => {
    const token = (await harness.serviceToken()).body.access_token
    const { port, keys } = harness.server
    const kids = keys.published.map(({ kid }) => kid)
    await harness.server.stop()
    await expect(harness.get('/health')).rejects.toThrow()
    await harness.server.start()
    expect(harness.server.port).toBe(port)
    expect((await harness.get(keysPath)).body.keys.map(({ kid }: { kid: string }) => kid)).toEqual(kids)
    const form = { client_id: harness.server.clientId, token }
    expect((await harness.post('introspect', form)).body.active).toBe(true)
  })
})

describe('requests', () => {
  it('are counted by path and logged without the query', async () => {
    harness.server.requests.reset()
    log.length = 0
    await harness.get(keysPath)
    await harness.get(`${keysPath}?client_id=a`)
    await harness.get('/health')
    expect(harness.server.requests.count('/v1/keys')).toBe(2)
    expect(harness.server.requests.count()).toBe(3)
    expect(harness.server.requests.toJSON()).toEqual({ [keysPath]: 2, '/health': 1 })
    expect(log[0]).toEqual({ method: 'GET', path: keysPath, status: 200 })
  })
})

describe('issueToken', () => {
  const verify = (token: string) =>
    jwtVerify(token, createLocalJWKSet({ keys: harness.server.keys.published }), {
      currentDate: new Date(harness.now),
    })

  it('signs an access token with the requested changes', async () => {
    const { server } = harness
    const options = {
      claims: { groups: ['staff'], uid: undefined },
      scopes: ['messages:write'],
      audience: 'api://x',
    }
    const { payload, protectedHeader } = await verify(await server.issueToken({ ...options, expiresIn: 60 }))
    expect(payload).toMatchObject({
      iss: server.issuer,
      aud: 'api://x',
      scp: ['messages:write'],
      groups: ['staff'],
    })
    expect(payload.exp).toBe(Math.floor(harness.now / 1000) + 60)
    expect(payload).not.toHaveProperty('uid')
    expect(protectedHeader).toEqual({ kid: server.keys.currentKid, alg: 'RS256' })
  })

  it('signs with the next key, or with a key that is not published', async () => {
    const next = await harness.server.issueToken({ key: 'next' })
    expect((await verify(next)).protectedHeader.kid).toBe(harness.server.keys.nextKid)
    await expect(verify(await harness.server.issueToken({ key: 'stranger' }))).rejects.toThrow(
      /no applicable key/,
    )
    const kid = harness.server.keys.currentKid
    const forged = await harness.server.issueToken({ key: 'stranger', header: { kid } })
    await expect(verify(forged)).rejects.toThrow(/signature/)
  })

  it('creates ID tokens, org tokens, service tokens and DPoP-bound tokens', async () => {
    const { issueToken, clientId, serviceClient, url } = harness.server
    expect(decodeJwt(await issueToken({ kind: 'id' }))).toMatchObject({
      aud: clientId,
      amr: ['pwd', 'otp', 'mfa'],
    })
    const org = await issueToken({ kind: 'org' })
    expect(decodeProtectedHeader(org).typ).toBe('application/okta-internal-at+jwt')
    expect(decodeJwt(org)).toMatchObject({ iss: url, aud: url })
    expect(decodeJwt(await issueToken({ kind: 'client-credentials' }))).toMatchObject({
      sub: serviceClient.clientId,
    })
    expect(decodeJwt(await issueToken({ kind: 'dpop' })).cnf).toEqual({
      jkt: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('creates forged tokens that a verifier must reject', async () => {
    const { issueToken } = harness.server
    expect(await issueToken({ header: { alg: 'none' } })).toMatch(/\.$/)
    await expect(verify(await issueToken({ header: { alg: 'HS256' } }))).rejects.toThrow()
    await expect(verify(await issueToken({ expiresIn: -1 }))).rejects.toThrow(/exp/)
    expect(decodeProtectedHeader(await issueToken({ header: { kid: undefined } }))).toEqual({ alg: 'RS256' })
  })
})
