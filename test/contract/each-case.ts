import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Case } from './case.ts'
import { CONFIGURED_KEYS, openWorkshop, SETTINGS, type Setting } from './settings.ts'
import type { KeyServer } from './workshop.ts'

type Check = (verifier: AccessTokenVerifier, each: Case<never>, source: never) => Promise<void>

/** The settings in which core decides about every case, each after its name. */
export const CORE_SETTINGS: readonly (readonly [string, Setting])[] = [...SETTINGS, CONFIGURED_KEYS].map(
  (setting) => [setting.name, setting],
)

/** The cases of a setting, each after its name. */
export function casesOf({ cases }: Setting): (readonly [string, Case<never>])[] {
  return cases.map((each) => [each.name, each])
}

/**
 * Opens a setting for a `describe` block. The function that it returns runs a check of core for one case, with the verifier
 * and the source of tokens of the setting.
 */
export function checkIn({ open, prepare }: Setting): (check: Check, each: Case<never>) => Promise<void> {
  let source: never
  let verifier: AccessTokenVerifier
  let trap: KeyServer
  beforeAll(async () => {
    const opened = await open()
    source = opened.source
    verifier = createAccessTokenVerifier(opened.options)
    trap = (await openWorkshop()).trap
    await prepare?.(verifier, source)
  })
  afterAll(() => verifier?.close())

  return async (check, each) => {
    await check(verifier, each, source)
    // A token never leads to a request, nor changes prototypes.
    expect(trap.requests).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
  }
}
