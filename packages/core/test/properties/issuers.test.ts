import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settings, text, timeout } from '../support/properties.ts'
import { createTenants } from '../support/tenants.ts'

const GOOD = 'https://as.example/good'

/** What an attacker adds to an identifier, or puts in place of a part of it. */
const PIECES = [
  ...['/', '//', '\\', '..', '/../', '/./', '.', '%2e', '%2E%2e', '%2f', '%5C', '%25', '%00', '%C3%A4'],
  ...[
    '?',
    '#',
    '?x',
    '#x',
    '@',
    ':',
    ':443',
    ':8443',
    ':0',
    'user@',
    'user:pass@',
    '&',
    ';',
    '*',
    '{tenantid}',
  ],
  ...[
    '\t',
    '\n',
    '\r',
    '\0',
    ' ',
    '\u00a0',
    '\u200b',
    '\ufeff',
    '\u3002',
    '\uff0e',
    '\u2044',
    'а',
    'É',
    '\ud800',
  ],
  ...[
    'https:',
    'HTTPS://',
    'http://',
    'evil',
    'evil.example',
    'as.example',
    '[::1]',
    '127.1',
    '0x7f.1',
    'xn--',
  ],
]
const edit = fc.tuple(fc.nat(GOOD.length), fc.nat(3), fc.constantFrom(...PIECES))
const issuer = fc.oneof(
  fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) =>
      edits.reduce((iss, [at, removed, piece]) => iss.slice(0, at) + piece + iss.slice(at + removed), GOOD),
    ),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join('')),
  text,
)

it('an issuer that the function is asked about is the URL that it looks like', { timeout }, async () => {
  const { calls, outcome, urls, verifier } = createTenants((asked) =>
    asked.startsWith(GOOD) ? {} : undefined,
  )
  const seen = { asked: 0, refused: 0 }
  const property = fc.asyncProperty(issuer, async (iss) => {
    const [firstCall, firstUrl] = [calls.length, urls().length]
    const code = await outcome(iss)
    verifier.forgetIssuer(iss)
    const [asked, requests] = [calls.slice(firstCall), urls().slice(firstUrl)]
    seen[asked.length > 0 ? 'asked' : 'refused']++
    if (asked.length === 0) {
      expect([code, requests]).toEqual(['issuer_not_allowed', []])
      return
    }
    expect(asked).toEqual([iss])
    expect(iss).toMatch(/^[\x21-\x7e]{1,512}$/)
    if (URL.canParse(iss)) {
      const url = new URL(iss)
      expect([iss, `${iss}/`]).toContain(url.href)
      expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
    }
    // The function compares the start, as users do, so what is fetched must lie below it.
    for (const requested of requests.map((each) => new URL(each))) {
      expect([requested.origin, requested.pathname.includes('/good')]).toEqual(['https://as.example', true])
    }
  })
  await fc.assert(property, settings)
  expect(Math.min(seen.asked, seen.refused)).toBeGreaterThan(20)
})
