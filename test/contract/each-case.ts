import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from './case.ts'
import { CONFIGURED_KEYS, closeSettings, openWorkshop, SETTINGS } from './settings.ts'
import type { KeyServer } from './workshop.ts'

/** Runs a check of core for each case, with the verifier and the source of tokens of its setting. */
export function eachCase(
  settingTitle: string,
  title: string,
  check: (verifier: AccessTokenVerifier, each: Case<never>, source: never) => Promise<void>,
): void {
  afterAll(closeSettings)
  const settings = [...SETTINGS, CONFIGURED_KEYS].map((setting) => [setting.name, setting] as const)

  describe.each(settings)(settingTitle, (_setting, { cases, open, prepare }) => {
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

    test.each(cases.map((each) => [each.name, each] as const))(title, async (_title, each) => {
      await check(verifier, each, source)
      // A token never leads to a request, nor changes prototypes.
      expect(trap.requests).toEqual([])
      expect(Object.keys(Object.prototype)).toEqual([])
    })
  })
}
