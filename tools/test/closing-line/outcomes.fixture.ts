import { beforeAll, describe, expect, it } from 'vitest'

describe('broken suite', () => {
  beforeAll(() => {
    throw new Error('no database')
  })
  it('one', () => {})
  describe('inner', () => {
    it('two', () => {})
  })
})

describe('suite', () => {
  it('passes', () => {})
  it('fails', () => expect(1).toBe(2))
  it('skips itself', ({ skip }) => skip('no network here'))
  it('needs a container', ({ skip }) => skip('no container engine'))
  it.skip('is skipped', () => {})
})
