import { describe, expect, it } from 'vitest'
import { isLookAlike } from '../../src/issuer/look-alike.ts'
import { createTenants, tenant } from '../support/tenants.ts'

const LONGEST = `https://as.example/${'x'.repeat(512 - 'https://as.example/'.length)}`

const LOOK_ALIKES = [
  ['ends a path segment early', 'https://as.example/good/../evil'],
  ['has an encoded parent segment', 'https://as.example/good/%2e%2e/evil'],
  ['has an encoded parent segment in upper case', 'https://as.example/good/%2E%2E/evil'],
  ['has a half encoded parent segment', 'https://as.example/good/.%2e/evil'],
  ['has an encoded slash', 'https://as.example/good%2f..%2fevil'],
  ['has an encoded backslash', 'https://as.example/good%5c..%5cevil'],
  ['has an encoded dot', 'https://as.example/good%2eevil'],
  ['is encoded twice', 'https://as.example/good/%252e%252e/evil'],
  ['has a current segment', 'https://as.example/./good'],
  ['ends with a current segment', 'https://as.example/good/.'],
  ['has a tab', 'https://as.example/go\tod'],
  ['has a line feed', 'https://as.example/good\n'],
  ['has a carriage return', 'https://as.exa\rmple/good'],
  ['has a null character', 'https://as.example/good\0'],
  ['starts with a space', ' https://as.example/good'],
  ['ends with a space', 'https://as.example/good '],
  ['contains a space', 'https://as.example/go od'],
  ['has backslashes', 'https:\\\\as.example\\good'],
  ['has one backslash', 'https://as.example\\good'],
  ['has no slashes', 'https:as.example/good'],
  ['has one slash', 'https:/as.example/good'],
  ['has three slashes', 'https:///as.example/good'],
  ['has an upper-case scheme', 'HTTPS://as.example/good'],
  ['has an upper-case host', 'https://AS.example/good'],
  ['has a host with a trailing dot', 'https://as.example./good'],
  ['is only a host with a trailing dot', 'https://as.example.'],
  ['has an empty host label', 'https://as..example/good/../x'],
  ['has the default port', 'https://as.example:443/good'],
  ['has an empty port', 'https://as.example:/good'],
  ['has a port with leading zeros', 'https://as.example:08443/good'],
  ['has a user name', 'https://as.example@attacker.example/good'],
  ['has a user name and a password', 'https://as.example:good@attacker.example/'],
  ['has only a password', 'https://:good@attacker.example/'],
  ['has an empty user name', 'https://@attacker.example/good'],
  ['has a query', 'https://as.example/good?x'],
  ['has an empty query', 'https://as.example/good?'],
  ['has a fragment', 'https://as.example/good#x'],
  ['has an empty fragment', 'https://as.example/good#'],
  ['has an IPv4 address in another form', 'https://0x7f.1/good'],
  ['has an IPv4 address as a number', 'https://2130706433/good'],
  ['has an IPv6 address in another form', 'https://[0:0:0:0:0:0:0:1]/good'],
  ['has a letter of another alphabet', 'https://аs.example/good'],
  ['has full-width letters', 'https://ａｓ.example/good'],
  ['has a full-width dot', 'https://as．example/good'],
  ['has an ideographic full stop', 'https://as。example/good'],
  ['has a fraction slash', 'https://as.example⁄good'],
  ['has a soft hyphen', 'https://as.exam\u00adple/good'],
  ['has a zero-width space', 'https://as.example/go\u200bod'],
  ['has a byte order mark', '\ufeffhttps://as.example/good'],
  ['has a character that is encoded in a path', 'https://as.example/{tenantid}'],
  ['has 513 characters', `${LONGEST}x`],
  ['has 11,000 characters', LONGEST.padEnd(11_000, 'x')],
  ['is empty', ''],
  ['is a name with a space', 'as example'],
  ['is a name with a tab', 'as\texample'],
  ['is a name with a letter of another alphabet', 'аs.example'],
  ['is a URL of another scheme that is normalized', 'foo://good/../evil'],
] as const

describe('an identifier that can be mistaken for another', () => {
  it.each(LOOK_ALIKES)('is refused, and the function is not asked, if it %s', async (_title, iss) => {
    expect(isLookAlike(iss)).toBe(true)
    const { calls, outcome, urls } = createTenants()
    expect(await outcome(iss)).toBe('issuer_not_allowed')
    expect(calls).toEqual([])
    expect(urls()).toEqual([])
  })

  it.each<unknown>([null, 1, true, {}, [tenant('good')], { toString: null }])(
    'is refused, and the function is not asked, if it is no string: %j',
    async (iss) => {
      const { calls, outcome } = createTenants()
      expect(await outcome(iss)).toBe('issuer_not_allowed')
      expect(calls).toEqual([])
    },
  )
})

describe('an identifier is its own', () => {
  it.each([
    'https://as.example',
    'https://as.example/',
    'https://as.example/good',
    'https://as.example/good/',
    'https://as.example:8443/good',
    'https://as.example/a//b',
    'https://as.example/good..evil',
    'https://as.example/%C3%A4',
    'https://xn--s-7sb.example/good',
    'http://127.0.0.1:8080/good',
    'https://[::1]/good',
    'accounts.google.com',
    'kubernetes/serviceaccount',
    'urn:example:issuer',
    LONGEST,
  ])('%s', (iss) => {
    expect(isLookAlike(iss)).toBe(false)
  })
})
