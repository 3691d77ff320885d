import { afterEach, expect, it, vi } from 'vitest'
import { sharedByCopies } from '../src/copies.ts'
import { runProgram } from './support/run-program.ts'

const NAME = Symbol.for('okta-resource-server.test')
const shared = globalThis as { [NAME]?: unknown }

afterEach(() => {
  Reflect.deleteProperty(shared, NAME)
})

it('the value of the first copy that asks is shared', () => {
  const create = vi.fn(() => ({}))
  const first = sharedByCopies(NAME, create)
  expect(sharedByCopies(NAME, create)).toBe(first)
  expect(create).toHaveBeenCalledOnce()
})

it('nothing is shared if the global object is frozen', () => {
  Object.defineProperty(shared, NAME, { get: () => undefined, configurable: true })
  expect(sharedByCopies(NAME, () => ({}))).toBeUndefined()
})

it('tokens are accepted and refused as usual in a process whose global object takes no new members', async () => {
  expect(await runProgram('closed-global.ts')).toEqual([['write'], 'insufficient_scope'])
})
