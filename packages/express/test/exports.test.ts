import * as core from '@okta-resource-server/core'
import { expect, it } from 'vitest'
import * as adapter from '../src/index.ts'
import * as noGlobals from '../src/no-globals.ts'

it('the package exports everything that core exports to users, so that no other package has to be installed', () => {
  const exported: Readonly<Record<string, unknown>> = adapter
  const missing = Object.entries(core).filter(([name, value]) => exported[name] !== value)
  expect(missing.map(([name]) => name)).toEqual([])
})

it('the package adds these names to those of core', () => {
  const own = Object.keys(adapter).filter((name) => !(name in core))
  expect(own.sort()).toEqual([
    'authOf',
    'oktaAuth',
    'protectedResourceMetadata',
    'requireAnyScope',
    'requireAuth',
    'requireClaims',
    'requireScopes',
  ])
})

it('the entry no-globals has the same exports', () => {
  expect({ ...noGlobals }).toEqual({ ...adapter })
})
