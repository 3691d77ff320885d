import { describe, expect, it } from 'vitest'
import { contains, parseAddress, parseRange, type Range } from '../../src/possession/addresses.ts'

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['127.0.0.1', '::ffff:7f00:1'],
    ['127.0.0.1', '::FFFF:127.0.0.1'],
    ['127.0.0.1', '0:0:0:0:0:ffff:7f00:0001'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:db8::1', '2001:DB8:0:0::1'],
    ['fe80::1', 'fe80::1%eth0'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2:3:4:5:0006'],
  ])('reads %s and %s as the same address', (one, other) => {
    expect(parseAddress(one)).toBeDefined()
    expect(parseAddress(one)).toBe(parseAddress(other))
  })

  it.each([
    ['127.0.0.1', '127.0.0.2'],
    ['::1', '0.0.0.1'],
    ['1::', '::1'],
    ['fe80::1', '::fe80:1'],
  ])('reads %s and %s as different addresses', (one, other) => {
    expect(parseAddress(one)).not.toBe(parseAddress(other))
  })

  it.each([
    ...['', ' ', 'localhost', '127.0.0', '127.0.0.1.1', '256.0.0.1', '127.1', '0x7f.0.0.1', '127.0.0.01'],
    ...[
      ':',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      'g::',
      '::1]',
      '[::1]',
      '127.0.0.1 ',
      '::1/64',
    ],
    // Text that leaves the brackets of a URL.
    ...['127.0.0.1]/', '::1]:80/', 'user]@[::1'],
    `${'0:'.repeat(50)}1`,
  ])('does not read %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('a range', () => {
  const isIn = (range: string, address: string): boolean =>
    contains(parseRange(range) as Range, parseAddress(address) as bigint)

  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', 'a00::', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.255', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['fd00::/8', '10.0.0.1', false],
    ['::1/128', '::1', true],
  ])('%s contains %s: %s', (range, address, expected) => {
    expect(isIn(range, address)).toBe(expected)
  })

  it.each([
    ...['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/a', '10.0.0.0/8x'],
    ...['/8', '10/8'],
  ])('is not read from %s', (text) => {
    expect(parseRange(text)).toBeUndefined()
  })
})
