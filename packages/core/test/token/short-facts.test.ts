import { describe, expect, it } from 'vitest'
import { pick, pickNames, shortFacts } from '../../src/token/short-facts.ts'

describe('shortFacts', () => {
  it('cuts strings at 200 characters, lists and objects at 20 members, and levels at 10', () => {
    const list = Array.from({ length: 21 }, (_, index) => index)
    const members = Object.fromEntries(list.map((index) => [`m${index}`, index]))
    const nested = (levels: number, end: unknown): unknown =>
      levels === 0 ? end : { a: nested(levels - 1, end) }
    const facts = shortFacts({
      text: 'x'.repeat(201),
      list,
      members,
      nested: nested(11, 1),
      lists: [[[[[[[[[[['deep']]]]]]]]]]],
    })

    expect(facts.text).toBe(`${'x'.repeat(200)}…`)
    expect(facts.list).toEqual([...list.slice(0, 20), '…'])
    expect(Object.keys(facts.members as object)).toEqual([
      ...list.slice(0, 20).map((index) => `m${index}`),
      '…',
    ])
    expect(facts.members).toMatchObject({ '…': '…' })
    expect(facts.nested).toEqual(nested(10, '…'))
    expect(facts.lists).toEqual([[[[[[[[[['…']]]]]]]]]])
  })

  it('keeps what is short, and leaves out what is undefined', () => {
    const list = Array.from({ length: 20 }, (_, index) => index)
    const members = Object.fromEntries(list.map((index) => [`m${index}`, index]))
    const facts = { text: 'x'.repeat(200), list, members, others: [1, null, true], nested: { a: { b: 1 } } }

    expect(shortFacts({ ...facts, nothing: undefined })).toEqual(facts)
    expect(Object.keys(shortFacts({ nothing: undefined }))).toEqual([])
  })
})

it('picks own members only', () => {
  const record = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })

  expect(pick(record, ['own', 'inherited', 'toString'])).toEqual({ own: 2 })
  expect(pickNames(record, ['own', 'inherited', 'toString'])).toEqual({ own: 'present' })
})
