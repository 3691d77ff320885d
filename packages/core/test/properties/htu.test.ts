import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSameUrl, normalizeHtu } from '../../src/possession/htu.ts'
import { settings, text, timeout } from '../support/properties.ts'

const UNRESERVED = [...'ABCXYZabcxyz0189-._~']
const RESERVED = [...'!$&()*+,;=:@']
const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`

/** A character of a path: as it is normalised, and how else it may be written. */
const character = fc.oneof(
  fc
    .constantFrom(...UNRESERVED)
    .map((each) => ({ normal: each, others: [percent(each), percent(each).toLowerCase()] })),
  fc.constantFrom(...RESERVED).map((each) => ({ normal: each, others: [] as string[] })),
  fc
    .constantFrom('%2F', '%3F', '%25', '%C3%A9', '%00')
    .map((each) => ({ normal: each, others: [each.toLowerCase()] })),
)
const segment = fc
  .array(character, { minLength: 1, maxLength: 6 })
  .filter((characters) => !/^\.{1,2}$/.test(characters.map(({ normal }) => normal).join('')))
const path = fc.array(segment, { minLength: 1, maxLength: 4 })
const origin = fc.record({
  scheme: fc.constantFrom('http', 'https'),
  host: fc.constantFrom('api.example.com', 'xn--bcher-kva.example', '127.0.0.1', '[::1]'),
  port: fc.constantFrom('', ':8443'),
})

type Character = { readonly normal: string; readonly others: readonly string[] }
const normalPath = (segments: readonly (readonly Character[])[]): string =>
  segments.map((each) => `/${each.map(({ normal }) => normal).join('')}`).join('')

it(
  'every way to write a URL is the same URL',
  () => {
    fc.assert(
      fc.property(origin, path, fc.infiniteStream(fc.nat(2)), ({ scheme, host, port }, segments, choices) => {
        const choose = (): number => choices.next().value as number
        const written = segments
          .map((each) => {
            const detour = ['/', '/./', '/x/../'][choose()] as string
            return detour + each.map(({ normal, others }) => others[choose()] ?? normal).join('')
          })
          .join('')
        const isDefault = port === '' && choose() === 0
        const authority = host.toUpperCase() + (isDefault ? (scheme === 'https' ? ':443' : ':80') : port)
        const expected = `${scheme}://${host}${port}${normalPath(segments)}`

        expect(normalizeHtu(`${scheme.toUpperCase()}://${authority}${written}?a=b#c`)).toBe(expected)
        expect(isSameUrl(expected, `${scheme}://${authority}${written}`)).toBe(true)
      }),
      settings,
    )
  },
  timeout,
)

it(
  'different paths are different URLs',
  () => {
    fc.assert(
      fc.property(origin, path, path, ({ scheme, host, port }, one, other) => {
        const base = `${scheme}://${host}${port}`
        const [left, right] = [normalPath(one), normalPath(other)]

        expect(isSameUrl(base + left, base + right)).toBe(left === right)
      }),
      settings,
    )
  },
  timeout,
)

it(
  'whatever is sent as htu: the result is undefined or a normalised URL, and nothing is thrown',
  () => {
    const anything = fc.oneof(
      text,
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc
        .string({ unit: fc.constantFrom(...'https://a.b%2e/\\@:?#[] é\n'), maxLength: 40 })
        .map((each) => `https://${each}`),
    )
    fc.assert(
      fc.property(anything, (uri) => {
        const normal = normalizeHtu(uri)
        if (normal === undefined) return
        expect(normalizeHtu(normal)).toBe(normal)
        expect(normal).toMatch(/^https?:\/\/[^/?#@]+\/[^?#]*$/)
        expect(normal).not.toMatch(/%(?![0-9A-F]{2})(?=[0-9A-Fa-f]{2})/)
      }),
      settings,
    )
  },
  timeout,
)
