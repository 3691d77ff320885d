import { describe, expect, it } from 'vitest'
import { type Exchange, fetchTokens } from '../src/index.ts'
import { mfaRequired, optionsFor, startServer, tokens, wrongOtp } from './scripted-server.ts'

const GRANT = 'http://auth0.com/oauth/grant-type/mfa-otp'

describe('the two token requests', () => {
  it('use the password grant, then the mfa-otp grant with the mfa_token, and return the tokens', async () => {
    const server = await startServer()
    server.token(mfaRequired, {
      body: { ...tokens, id_token: 'i.d.t', refresh_token: 'r', device_secret: 'd' },
    })
    const response = await fetchTokens(optionsFor(server))
    expect(response).toEqual({ ...tokens, id_token: 'i.d.t', refresh_token: 'r', device_secret: 'd' })
    expect(server.tokenRequests().map(({ method, form }) => ({ method, form }))).toEqual([
      {
        method: 'POST',
        form: {
          client_id: 'client',
          scope: 'openid profile',
          grant_type: 'password',
          username: 'test.user@example.com',
          password: 'correct horse',
        },
      },
      {
        method: 'POST',
        form: {
          client_id: 'client',
          scope: 'openid profile',
          grant_type: GRANT,
          otp: '123456',
          mfa_token: 'F5snZpk1UBRKHYR6N7Mh',
        },
      },
    ])
  })

  it('ask for the authentication levels with the password, if there are any', async () => {
    const server = await startServer()
    server.token(mfaRequired, { body: tokens })
    await fetchTokens({ ...optionsFor(server), acrValues: 'urn:okta:loa:2fa:any phr' })
    const levels = server.tokenRequests().map(({ form }) => form.acr_values)
    expect(levels).toEqual(['urn:okta:loa:2fa:any phr', undefined])
  })

  it('accept JSON and send a form', async () => {
    const server = await startServer()
    server.token(mfaRequired, { body: tokens })
    await fetchTokens(optionsFor(server))
    for (const { headers } of server.tokenRequests()) {
      expect(headers.accept).toBe('application/json')
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
      expect(headers.authorization).toBeUndefined()
    }
  })

  it('form-encode every value', async () => {
    const server = await startServer()
    server.token({ body: tokens })
    const password = 'a&b=c+d %é"\n'
    await fetchTokens({ ...optionsFor(server), password })
    const [seen] = server.tokenRequests()
    expect(seen?.form.password).toBe(password)
    expect(seen?.rawBody).toContain('password=a%26b%3Dc%2Bd+%25%C3%A9%22%0A')
    expect(seen?.rawBody).toContain('username=test.user%40example.com')
  })

  it('authenticate a confidential client by client_secret_basic, form-encoded before base64', async () => {
    const server = await startServer()
    server.token(mfaRequired, { body: tokens })
    await fetchTokens({ ...optionsFor(server), clientId: 'a:b', clientSecret: 's e+c%' })
    expect(server.tokenRequests()).toHaveLength(2)
    for (const { headers, form } of server.tokenRequests()) {
      expect(headers.authorization).toBe(`Basic ${btoa('a%3Ab:s+e%2Bc%25')}`)
      expect(form).not.toHaveProperty('client_id')
      expect(form).not.toHaveProperty('client_secret')
    }
  })

  it('stop after the first if one factor is enough, without calling otp', async () => {
    const server = await startServer()
    server.token({ body: tokens })
    let calls = 0
    const otp = () => `${++calls}`
    expect(await fetchTokens({ ...optionsFor(server), otp })).toEqual(tokens)
    expect(calls).toBe(0)
    expect(server.tokenRequests()).toHaveLength(1)
  })

  it('await an OTP that is returned as a promise', async () => {
    const server = await startServer()
    server.token(mfaRequired, { body: tokens })
    await fetchTokens({ ...optionsFor(server), otp: async () => '654321' })
    expect(server.tokenRequests()[1]?.form.otp).toBe('654321')
  })

  it('are reported to onExchange in plain text', async () => {
    const server = await startServer()
    server.token(mfaRequired, { body: tokens })
    const exchanges: Exchange[] = []
    await fetchTokens({ ...optionsFor(server), onExchange: (exchange) => exchanges.push(exchange) })
    expect(exchanges.map(({ step, request, response }) => [step, request.method, response.status])).toEqual([
      ['password', 'POST', 403],
      ['mfa-otp', 'POST', 200],
    ])
    expect(exchanges[0]?.request.url).toBe(`${server.issuer}/v1/token`)
    expect(exchanges[0]?.request.parameters.password).toBe('correct horse')
    expect(exchanges[1]?.request.parameters.otp).toBe('123456')
    expect(exchanges[1]?.response.body).toEqual(tokens)
  })
})

describe('a refused OTP', () => {
  it('is replaced by an OTP of the next 30-second time step', async () => {
    const server = await startServer()
    server.token(mfaRequired, wrongOtp, { body: tokens })
    const otps = ['111111', '222222']
    const options = { ...optionsFor(server), otp: () => otps.shift() ?? '' }
    expect(await fetchTokens(options)).toEqual(tokens)
    expect(options.waits).toEqual([18_000])
    expect(server.tokenRequests().map(({ form }) => form.otp)).toEqual([undefined, '111111', '222222'])
  })

  it('is replaced only once', async () => {
    const server = await startServer()
    server.token(mfaRequired, wrongOtp)
    const options = optionsFor(server)
    await expect(fetchTokens(options)).rejects.toMatchObject({
      code: 'wrong_otp',
      step: 'mfa-otp',
      status: 400,
      error: 'invalid_grant',
    })
    expect(server.tokenRequests()).toHaveLength(3)
    expect(options.waits).toHaveLength(1)
  })
})

describe('an otp option that returns no OTP', () => {
  it.each([
    ['throws an error', () => Promise.reject(new RangeError('secret JBSW')), 'threw RangeError'],
    ['throws something else', () => Promise.reject('secret JBSW'), 'threw a value of type string'],
    ['returns an empty string', () => '', 'returned no OTP'],
    ['returns a number', () => 123456 as unknown as string, 'returned no OTP'],
  ])('causes a typed error if it %s', async (_, otp, message) => {
    const server = await startServer()
    server.token(mfaRequired)
    const failure = fetchTokens({ ...optionsFor(server), otp })
    await expect(failure).rejects.toMatchObject({ code: 'otp_unavailable', step: 'otp' })
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.not.toThrow('JBSW')
    expect(server.tokenRequests()).toHaveLength(1)
  })
})

describe('a token response', () => {
  it.each([
    ['an array', '[]', 'JSON object'],
    ['not JSON', '<html>', 'JSON object'],
    ['without access_token', { ...tokens, access_token: undefined }, 'access_token'],
    ['with spaces in its access_token', { ...tokens, access_token: 'a b' }, 'access_token'],
    ['without token_type', { ...tokens, token_type: undefined }, 'token_type'],
    ['with another token_type', { ...tokens, token_type: 'DPoP' }, 'token_type'],
    ['with expires_in as text', { ...tokens, expires_in: '3600' }, 'expires_in'],
    ['with expires_in 0', { ...tokens, expires_in: 0 }, 'expires_in'],
    [
      'with infinite expires_in',
      '{"token_type":"Bearer","access_token":"a","expires_in":1e999}',
      'expires_in',
    ],
    ['with a scope array', { ...tokens, scope: ['openid'] }, 'scope'],
    ['with an id_token object', { ...tokens, id_token: {} }, 'id_token'],
  ])('is rejected if it is %s', async (_, body, named) => {
    const server = await startServer()
    server.token(mfaRequired, { body })
    const failure = fetchTokens(optionsFor(server))
    await expect(failure).rejects.toMatchObject({ code: 'invalid_response', step: 'mfa-otp', status: 200 })
    await expect(failure).rejects.toThrow(named)
  })

  it('is completed with the requested scope, and unknown members are dropped', async () => {
    const server = await startServer()
    server.token({ body: { ...tokens, scope: undefined, id_token: null, extra: 1 } })
    expect(await fetchTokens(optionsFor(server))).toEqual({ ...tokens, scope: 'openid profile' })
  })

  it('is rejected if it requires a second factor but has no mfa_token', async () => {
    const server = await startServer()
    server.token({ status: 403, body: { error: 'mfa_required' } })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code: 'invalid_response',
      step: 'password',
    })
  })
})
