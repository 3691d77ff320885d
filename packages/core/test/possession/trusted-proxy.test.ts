import { describe, expect, it } from 'vitest'
import { clientCertHeader, type TrustedProxy } from '../../src/index.ts'
import { thumbprintOf } from '../../src/possession/certificate.ts'
import { configurationErrorOf } from '../support/verifiers.ts'
import { base64, DER, requestFrom, thumbprint } from './certificates.ts'

const SECRET = 'f2ba3b0b1f7a4d0c9e6d5c4b3a291807'
const CERTIFICATE = ['Client-Cert', `:${base64(DER)}:`] as const

/** Whether the certificate of a request is read. */
function isTrusted(trust: TrustedProxy, address: string | undefined, ...lines: readonly string[]): boolean {
  const found = thumbprintOf(clientCertHeader(trust)(requestFrom(address, ...lines, ...CERTIFICATE)))
  expect([undefined, thumbprint(DER)]).toContain(found)
  return found !== undefined
}

describe('trustedPeers', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    [['10.0.0.0/8', '::1'], '10.20.30.40', true],
    [['10.0.0.0/8', '::1'], '::1', true],
    ['2001:db8::/32', '2001:db8::1', true],
    // All addresses of one block, but not all of IPv4.
    ['0.0.0.0/8', '0.1.2.3', true],
    ['0.0.0.0/8', '10.0.0.1', false],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', undefined, false],
    ['127.0.0.1', '', false],
    ['127.0.0.1', 'localhost', false],
  ])('%s against the peer %s: %s [MTLS-06]', (trustedPeers, address, expected) => {
    expect(isTrusted({ trustedPeers }, address)).toBe(expected)
  })

  it.each([null, undefined])('are not met by a request whose socket is %s', (socket) => {
    const request = { ...requestFrom('127.0.0.1', ...CERTIFICATE), socket }
    expect(clientCertHeader({ trustedPeers: '127.0.0.1' })(request)).toBeUndefined()
  })

  it('are compared with the address of the connection, not with what headers or a framework say [MTLS-06]', () => {
    const forwarded = ['X-Forwarded-For', '127.0.0.1', 'Forwarded', 'for=127.0.0.1', 'X-Real-IP', '127.0.0.1']
    const request = {
      ...requestFrom('192.0.2.1', ...forwarded, ...CERTIFICATE),
      ip: '127.0.0.1',
      ips: ['127.0.0.1'],
    }
    expect(clientCertHeader({ trustedPeers: '127.0.0.1' })(request)).toBeUndefined()
  })

  it.each([[[]], [''], ['localhost'], ['10.0.0.0/40'], [1], [null], [['127.0.0.1', 'proxy']]])(
    'cannot be %j',
    (trustedPeers) => {
      const error = configurationErrorOf(() => clientCertHeader({ trustedPeers } as never))
      expect(error.option).toBe('clientCertHeader.trustedPeers')
      expect(error.message).toMatch(/must (contain IP addresses|be a non-empty string|not be an empty list)/)
    },
  )

  it.each([
    ...['0.0.0.0/0', '::/0', '10.0.0.0/0'],
    // All IPv4 addresses, mapped to IPv6.
    ...['::ffff:0:0/96', '::ffff:0.0.0.0/96', '::/8'],
  ])('cannot be all addresses: %s', (trustedPeers) => {
    const error = configurationErrorOf(() => clientCertHeader({ trustedPeers }))
    expect(error.message).toContain('must not contain a range of all addresses')
  })
})

describe('secret', () => {
  const secret = { header: 'X-Proxy-Secret', value: SECRET }

  it.each([
    [['X-Proxy-Secret', SECRET], true],
    [['x-proxy-secret', SECRET], true],
    [[], false],
    [['X-Proxy-Secret', ''], false],
    [['X-Proxy-Secret', SECRET.slice(1)], false],
    [['X-Proxy-Secret', SECRET.toUpperCase()], false],
    [['X-Proxy-Secret', `${SECRET}, ${SECRET}`], false],
    [['X-Proxy-Secret', SECRET, 'X-Proxy-Secret', SECRET], false],
    [['X-Proxy-Secret', 'guess', 'x-proxy-secret', SECRET], false],
    [['X-Proxy-Secret', 'é'.repeat(32)], false],
  ])('with the lines %j: %s [MTLS-06]', (lines, expected) => {
    expect(isTrusted({ secret }, '192.0.2.1', ...lines)).toBe(expected)
  })

  it('can have several values, so that one can replace another', () => {
    const next = '00112233445566778899aabbccddeeff'
    const rotating = { secret: { header: 'x-proxy-secret', value: [SECRET, next] } }
    expect(isTrusted(rotating, undefined, 'X-Proxy-Secret', SECRET)).toBe(true)
    expect(isTrusted(rotating, undefined, 'X-Proxy-Secret', next)).toBe(true)
    expect(isTrusted(rotating, undefined, 'X-Proxy-Secret', `${SECRET}${next}`)).toBe(false)
  })

  it('and trustedPeers must both be met, if both are given', () => {
    const both = { trustedPeers: '127.0.0.1', secret }
    expect(isTrusted(both, '127.0.0.1', 'X-Proxy-Secret', SECRET)).toBe(true)
    expect(isTrusted(both, '127.0.0.1')).toBe(false)
    expect(isTrusted(both, '192.0.2.1', 'X-Proxy-Secret', SECRET)).toBe(false)
  })

  it.each(['a-secret', null, [], 1])('must be an object, not %j', (given) => {
    const error = configurationErrorOf(() => clientCertHeader({ secret: given } as never))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'clientCertHeader.secret' })
    expect(error.message).toContain("must be an object such as { header: 'x-proxy-secret', value }")
  })

  it.each([
    ['', 'is empty'],
    ['0123456789abcdef0123456789abcde', 'is a digit short of 128 bits'],
    ['12345678901234567890123456789012', 'has digits only'],
    ['correct horse battery staple 123', 'has spaces'],
    ['a'.repeat(64), 'repeats one character'],
    ['abababababababababababababababababababab', 'repeats two characters'],
    ['abcde'.repeat(10), 'has five characters only'],
    ['ünïcödé-ünïcödé-ünïcödé-ünïcödé', 'is not ASCII'],
    ['YWJjZGVmZ2hpamtsbW5v', 'is base64url of less than 128 bits'],
    ['{insert-32-random-characters-here}', 'is a placeholder'],
    ['<insert-32-random-characters-here>', 'is a placeholder of another form'],
    [undefined, 'is missing'],
  ])('cannot be %j, which %s', (value: unknown, _why: string) => {
    const error = configurationErrorOf(() =>
      clientCertHeader({ secret: { header: 'x-proxy-secret', value } } as never),
    )
    expect(error.option).toBe('clientCertHeader.secret.value')
    expect(error.message).toMatch(/openssl rand -hex 32|non-empty string|white space|placeholder/)
    if (typeof value === 'string' && value !== '') expect(error.message).not.toContain(value)
  })

  it.each([
    ...['R3VhcmFudGVlZCByYW5kb20', 'a3VhcmFudGVlZCByYW5kb20', SECRET],
    ...['3141592653589793238462643383279502884197', 'abcdef'.repeat(8)],
    '{8vK#p2}Zr!q<Tz5$Wm9>Lx{4c',
  ])('can be %s, which may have 128 bits', (value) => {
    expect(isTrusted({ secret: { header: 'a', value } }, undefined, 'a', value)).toBe(true)
  })

  it.each([
    [null],
    ['text'],
    [[]],
    [{ header: 'a b', value: SECRET }],
    [{ value: SECRET }],
    [{ ...secret, name: 'a' }],
  ])('cannot be %j', (wrong) => {
    const error = configurationErrorOf(() => clientCertHeader({ secret: wrong } as never))
    expect(error.option).toMatch(/^clientCertHeader\.secret/)
  })
})

it.each([
  [{}],
  [undefined],
  [null],
  ['127.0.0.1'],
  [{ header: 'client-cert' }],
  [{ trustedPeers: undefined }],
])('no reader works without a trust rule: %j [MTLS-06]', (options) => {
  const error = configurationErrorOf(() => clientCertHeader(options as never))
  expect(error).toMatchObject({ code: 'option_missing', option: 'clientCertHeader' })
})
