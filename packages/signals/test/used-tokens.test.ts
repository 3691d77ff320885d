import { expect, it } from 'vitest'
import { claimToken, memoryUsedTokens } from '../src/used-tokens.ts'

const ISSUER = 'https://example.okta.com'

it('tokens of other kinds and issuers are others, also where texts run together', async () => {
  const store = memoryUsedTokens()
  const tokens = [
    ['event', ISSUER, 'a'],
    ['logout', ISSUER, 'a'],
    ['event', `${ISSUER}a`, ''],
    ['event', 'https://other.okta.com', 'a'],
  ] as const
  for (const token of tokens) expect(await claimToken(store, token, 1_000)).toBe(true)
})

it('memory is bounded: the oldest of 100,001 tokens is forgotten', () => {
  const store = memoryUsedTokens()
  const claim = (key: number): unknown =>
    store.claim({ key: String(key), client: '', thumbprint: '', timeToLive: 1_000 })
  for (let key = 0; key <= 100_000; key++) claim(key)
  expect(claim(1)).toBe(false)
  expect(claim(0)).toBe(true)
})
