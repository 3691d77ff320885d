import { describe, expect, it } from 'vitest'
import { UnknownKeyGate } from '../../src/issuer/refresh-policy.ts'

const NOW = 5_000_000
const COOLDOWN = 30_000

const createGate = (): UnknownKeyGate => new UnknownKeyGate(COOLDOWN)

/** How many fetches the gate allows at one time, at most twenty. */
function fetchesAllowed(gate: UnknownKeyGate, now: number, broughtKeys: boolean): number {
  for (let fetches = 0; fetches < 20; fetches++) {
    if (!gate.isOpen(now)) return fetches
    gate.fetched(now, broughtKeys)
  }
  return 20
}

describe('the gate for unknown keys', () => {
  it('is open at first', () => {
    expect(createGate().isOpen(NOW)).toBe(true)
  })

  it('closes after two fetches that brought no key', () => {
    expect(fetchesAllowed(createGate(), NOW, false)).toBe(2)
  })

  it('closes after five fetches that each brought a key, in case the server invents keys', () => {
    expect(fetchesAllowed(createGate(), NOW, true)).toBe(5)
  })

  it('counts fetches that brought no key among the others', () => {
    const gate = createGate()
    for (const broughtKeys of [true, false, true]) gate.fetched(NOW, broughtKeys)
    expect(gate.isOpen(NOW)).toBe(true)
    gate.fetched(NOW, false)
    expect(gate.isOpen(NOW)).toBe(false)
  })

  it.each([true, false])(
    'opens again after the cooldown, whether fetches brought keys: %s',
    (broughtKeys) => {
      const gate = createGate()
      const allowed = fetchesAllowed(gate, NOW, broughtKeys)
      expect(gate.isOpen(NOW + COOLDOWN - 1)).toBe(false)
      expect(gate.isOpen(NOW + COOLDOWN)).toBe(true)
      expect(fetchesAllowed(gate, NOW + COOLDOWN, broughtKeys)).toBe(allowed)
      expect(gate.isOpen(NOW + 2 * COOLDOWN - 1)).toBe(false)
    },
  )

  it('counts the cooldown from the first fetch in it, not from the last', () => {
    const gate = createGate()
    gate.fetched(NOW, false)
    gate.fetched(NOW + COOLDOWN - 1, false)
    expect(gate.isOpen(NOW + COOLDOWN - 1)).toBe(false)
    expect(gate.isOpen(NOW + COOLDOWN)).toBe(true)
  })

  it('starts counting again in each cooldown, from its first millisecond', () => {
    const gate = createGate()
    gate.fetched(NOW, false)
    gate.fetched(NOW + COOLDOWN, false)
    expect(gate.isOpen(NOW + COOLDOWN)).toBe(true)
    gate.fetched(NOW + COOLDOWN, false)
    expect(gate.isOpen(NOW + COOLDOWN)).toBe(false)
  })
})

describe('the memory of unknown kids', () => {
  it('keeps a kid for the cooldown, and not for a millisecond more', () => {
    const gate = createGate()
    gate.remember('unknown', NOW)
    expect(gate.isKnownToBeUnknown('unknown', NOW)).toBe(true)
    expect(gate.isKnownToBeUnknown('unknown', NOW + COOLDOWN - 1)).toBe(true)
    expect(gate.isKnownToBeUnknown('unknown', NOW + COOLDOWN)).toBe(false)
    expect(gate.isKnownToBeUnknown('other', NOW)).toBe(false)
  })

  it('keeps a thousand kids, and evicts the oldest even if it is asked for', () => {
    const gate = createGate()
    for (let number = 0; number < 1_000; number++) gate.remember(`kid${number}`, NOW)
    expect(gate.isKnownToBeUnknown('kid0', NOW)).toBe(true)
    gate.remember('kid1000', NOW)
    expect(gate.isKnownToBeUnknown('kid0', NOW)).toBe(false)
    expect(gate.isKnownToBeUnknown('kid1', NOW)).toBe(true)
    expect(gate.isKnownToBeUnknown('kid1000', NOW)).toBe(true)
  })

  it('keeps at most 64 KB of characters, even if kids are long', () => {
    const gate = createGate()
    const kids = Array.from({ length: 1_200 }, (_, number) => `${number}`.padEnd(11_500, 'k'))
    for (const kid of kids) gate.remember(kid, NOW)
    const kept = kids.filter((kid) => gate.isKnownToBeUnknown(kid, NOW))
    expect(kept).toEqual(kids.slice(-5))
    expect(kept.join('').length).toBeLessThan(65_536)
  })

  it('does not keep a kid that is longer than that, and still keeps others', () => {
    const gate = createGate()
    gate.remember('short', NOW)
    gate.remember('k'.repeat(70_000), NOW)
    expect(gate.isKnownToBeUnknown('k'.repeat(70_000), NOW)).toBe(false)
    expect(gate.isKnownToBeUnknown('short', NOW)).toBe(true)
  })

  it('does not count as a fetch', () => {
    const gate = createGate()
    for (let number = 0; number < 10; number++) gate.remember(`kid${number}`, NOW)
    expect(gate.isOpen(NOW)).toBe(true)
  })
})
