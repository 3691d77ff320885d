import { describe, expect, it } from 'vitest'
import { fetchTokens, MfaOtpRateLimitError } from '../src/index.ts'
import {
  METADATA,
  mfaRequired,
  optionsFor,
  type Script,
  startServer,
  tokens,
  wrongOtp,
} from './scripted-server.ts'

/** Seconds since the epoch. */
const NOW = 1_800_000_012

function rateLimited(headers: Record<string, string>): Script {
  return { status: 429, headers, body: { errorCode: 'E0000047', errorSummary: 'Too many requests' } }
}

describe('the rate limit of an endpoint', () => {
  it.each([
    ['X-Rate-Limit-Reset', { 'X-Rate-Limit-Reset': `${NOW + 7}` }, 7],
    ['Retry-After in seconds', { 'Retry-After': '9' }, 9],
    ['Retry-After as a date', { 'Retry-After': new Date((NOW + 11) * 1000).toUTCString() }, 11],
    [
      'X-Rate-Limit-Reset rather than Retry-After',
      { 'X-Rate-Limit-Reset': `${NOW + 7}`, 'Retry-After': '50' },
      7,
    ],
    ['Retry-After if X-Rate-Limit-Reset is invalid', { 'X-Rate-Limit-Reset': 'soon', 'Retry-After': '9' }, 9],
    ['at least one second', { 'X-Rate-Limit-Reset': `${NOW - 100}` }, 1],
    ['at most sixty seconds', { 'Retry-After': '60' }, 60],
  ])('causes a wait and a second attempt: %s', async (_, headers, seconds) => {
    const server = await startServer()
    server.token(rateLimited(headers), { body: tokens })
    const options = optionsFor(server)
    expect(await fetchTokens(options)).toEqual(tokens)
    expect(options.waits).toEqual([seconds * 1000])
    expect(server.tokenRequests()).toHaveLength(2)
  })

  it.each([
    ['more than 60 seconds away', { 'X-Rate-Limit-Reset': `${NOW + 61}` }, 61],
    ['not given', {}, undefined],
    ['invalid', { 'Retry-After': 'soon' }, undefined],
  ])('causes a typed error without a wait if its end is %s', async (_, headers, retryAfter) => {
    const server = await startServer()
    server.token(rateLimited(headers))
    const options = optionsFor(server)
    const failure = await fetchTokens(options).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(MfaOtpRateLimitError)
    expect(failure).toMatchObject({
      code: 'rate_limited',
      status: 429,
      error: 'E0000047',
      step: 'password',
      retryAfter,
    })
    expect(options.waits).toEqual([])
    expect(server.tokenRequests()).toHaveLength(1)
  })

  it('causes only one wait per call, regardless of the step', async () => {
    const server = await startServer()
    server.token(rateLimited({ 'Retry-After': '2' }), mfaRequired, rateLimited({ 'Retry-After': '3' }))
    const options = optionsFor(server)
    await expect(fetchTokens(options)).rejects.toMatchObject({
      code: 'rate_limited',
      step: 'mfa-otp',
      retryAfter: 3,
    })
    expect(options.waits).toEqual([2000])
    expect(server.tokenRequests()).toHaveLength(3)
  })

  it('causes a new OTP to be sent after the wait', async () => {
    const server = await startServer()
    server.token(mfaRequired, rateLimited({ 'Retry-After': '40' }), wrongOtp, { body: tokens })
    let count = 0
    const options = { ...optionsFor(server), otp: () => `00000${++count}` }
    expect(await fetchTokens(options)).toEqual(tokens)
    expect(server.tokenRequests().map(({ form }) => form.otp)).toEqual([
      undefined,
      '000001',
      '000002',
      '000003',
    ])
    expect(options.waits).toEqual([40_000, 8_000])
  })

  it('also applies to discovery, without a second metadata request', async () => {
    const server = await startServer()
    server.scripts[METADATA] = [rateLimited({ 'Retry-After': '100' })]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code: 'rate_limited',
      step: 'discovery',
    })
    expect(server.seen).toHaveLength(1)
  })
})

describe('the rate limit of a user', () => {
  it.each([
    ['password', []],
    ['mfa-otp', [mfaRequired]],
  ])('causes a typed error without another attempt (step %s)', async (step, before) => {
    const server = await startServer()
    const script = { status: 429, headers: { 'Retry-After': '1' }, body: { error: 'invalid_grant' } }
    server.token(...before, script)
    const options = optionsFor(server)
    await expect(fetchTokens(options)).rejects.toMatchObject({
      name: 'MfaOtpRateLimitError',
      code: 'user_rate_limited',
      status: 429,
      error: 'invalid_grant',
      step,
      retryAfter: 1,
    })
    expect(server.tokenRequests()).toHaveLength(before.length + 1)
    expect(options.waits).toEqual([])
  })
})
