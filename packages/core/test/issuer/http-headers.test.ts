import { scriptedFetch } from '@okta-resource-server/testing'
import { published } from '@okta-resource-server/testing/vitest'
import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/clock.ts'
import { fetchJson, fetchText } from '../../src/issuer/http.ts'
import { ADDRESS, failureOf, fetchOptions, getAnswer, JSON_TYPE } from '../support/http.ts'

describe('max-age', () => {
  it.each<[string | undefined, string | undefined, number | undefined]>([
    [undefined, undefined, undefined],
    [undefined, '10', undefined],
    ['max-age=600', undefined, 600],
    ['MAX-AGE=600', undefined, 600],
    ['max-age="600"', undefined, 600],
    ['max-age = 600', undefined, 600],
    ['public, max-age=600, must-revalidate', undefined, 600],
    ['public,max-age=600', undefined, 600],
    ['max-age=0', undefined, 0],
    ['max-age=9999999999', undefined, 9_999_999_999],
    ['s-maxage=600', undefined, undefined],
    ['x-max-age=600', undefined, undefined],
    ['max-age=', undefined, undefined],
    ['max-age=-1', undefined, undefined],
    ['max-age=banana', undefined, undefined],
    ['public', undefined, undefined],
    ['no-store', undefined, 0],
    ['No-Cache', undefined, 0],
    ['max-age=600, no-store', undefined, 0],
    ['max-age=600,no-cache', undefined, 0],
    ['no-storeroom, max-age=600', undefined, 600],
    ['x-no-store, max-age=600', undefined, 600],
    ['max-age=600', '200', 400],
    ['max-age=600', '600', 0],
    ['max-age=600', '601', 0],
    ['max-age=600', '0', 600],
    ['max-age=600', '-100', 600],
    ['max-age=600', 'old', 600],
    ['max-age=600', 'Infinity', 600],
  ])('for Cache-Control %j and Age %j is %s', async (control, age, expected) => {
    const headers = {
      ...JSON_TYPE,
      ...(control !== undefined && { 'cache-control': control }),
      ...(age !== undefined && { age }),
    }
    expect((await getAnswer(headers)).maxAge).toBe(expected)
  })
})

describe('Retry-After', () => {
  const DATE = 'Fri, 15 Mar 2030 12:00:00 GMT'
  const retryAfter = async (headers: Record<string, string>): Promise<number | undefined> =>
    (await failureOf(getAnswer(headers, '', 503))).retryAfter

  it.each([
    ['is read as seconds', '120', 120],
    ['may have white space that Fetch does not remove', '\u00a0120', 120],
    ['may be zero seconds', '0', 0],
    ['may have nine digits', '999999999', 999_999_999],
    ['may be a date, which is compared with the date of the response', 'Fri, 15 Mar 2030 12:01:30 GMT', 90],
    ['is zero for a date in the past', 'Fri, 15 Mar 2030 11:59:00 GMT', 0],
    ['is ignored if it is neither', 'soon', undefined],
    ['is ignored if it is empty', '', undefined],
    ['is ignored if it has more than nine digits', '1234567890', undefined],
  ])('%s', async (_title, value, expected) => {
    expect(await retryAfter({ 'retry-after': value, date: DATE })).toBe(expected)
  })

  it.each(['1.5', '0.5', '-5', '+5', '12 seconds', '2030-03-15'])(
    'is ignored if it is %s, which is neither, rather than taken for a date in the past',
    async (value) => {
      expect(await retryAfter({ 'retry-after': value, date: DATE })).toBeUndefined()
    },
  )

  it.each([{}, { date: 'yesterday' }])(
    'is compared with the clock of the options if the response has no valid date: %o',
    async (date) => {
      const headers = { 'retry-after': 'Fri, 15 Mar 2030 12:00:20 GMT', ...date }
      const { fetch } = scriptedFetch(
        () => new Response('', { status: 503, headers: headers as HeadersInit }),
      )
      const options = fetchOptions(fetch, { clock: createClock(() => Date.parse(DATE)) })
      expect(await failureOf(fetchJson(ADDRESS, options))).toMatchObject({ retryAfter: 20 })
    },
  )

  it('is undefined if the response has none', async () => {
    expect(await retryAfter({ date: DATE })).toBeUndefined()
  })
})

describe('X-Rate-Limit-Reset', () => {
  const DATE = 'Fri, 15 Mar 2030 12:00:00 GMT'
  const AT = Date.parse(DATE) / 1_000
  const retryAfter = async (headers: Record<string, string>, status = 429) =>
    (await failureOf(getAnswer({ date: DATE, ...headers }, '', status))).retryAfter

  it.each([
    ['is read as seconds since the epoch', { 'x-rate-limit-reset': `${AT + 30}` }, 30],
    ['may have white space that Fetch does not remove', { 'x-rate-limit-reset': `\u00a0${AT + 30}` }, 30],
    ['is zero for a moment in the past', { 'x-rate-limit-reset': `${AT - 30}` }, 0],
    ['may have eleven digits', { 'x-rate-limit-reset': '99999999999' }, 99_999_999_999 - AT],
    ['is ignored if it has more', { 'x-rate-limit-reset': '100000000000' }, undefined],
    ['is ignored if it is no number', { 'x-rate-limit-reset': 'soon' }, undefined],
    ['is ignored if it has a fraction', { 'x-rate-limit-reset': `${AT}.5` }, undefined],
    ['is ignored if it is empty', { 'x-rate-limit-reset': '' }, undefined],
    ['comes after Retry-After', { 'x-rate-limit-reset': `${AT + 30}`, 'retry-after': '5' }, 5],
  ])('%s', async (_title, headers, expected) => {
    expect(await retryAfter(headers)).toBe(expected)
  })

  it('is only read with the status 429', async () => {
    expect(await retryAfter({ 'x-rate-limit-reset': `${AT + 30}` }, 503)).toBeUndefined()
  })
})

describe('the date of a document', () => {
  const DATE = 'Fri, 15 Mar 2030 12:00:00 GMT'

  it.each<[Record<string, string>, number | undefined]>([
    [{ date: DATE }, Date.parse(DATE)],
    [{ date: DATE, age: '30' }, Date.parse(DATE) + 30_000],
    [{ date: DATE, age: 'old' }, undefined],
    [{ date: 'yesterday' }, undefined],
    [{ age: '30' }, undefined],
    [{}, undefined],
  ])('with the headers %j is %s', async (headers, expected) => {
    expect((await getAnswer(headers)).date).toBe(expected)
  })
})

it('what is published about a form or a list has no maxAge', async () => {
  const messages = published('okta-resource-server:fetch.succeeded')
  const { fetch } = scriptedFetch(() => new Response('', { headers: { 'cache-control': 'max-age=60' } }))
  await fetchText(ADDRESS, 'text/plain', fetchOptions(fetch))
  expect(messages).toEqual([{ url: ADDRESS, maxAge: undefined }])
})
