import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { outcomeOf } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requirementsOf } from './adapter.ts'
import { requestOf } from './request.ts'
import { CONFIGURED_KEYS, closeSettings, openWorkshop, SETTINGS } from './settings.ts'
import type { KeyServer } from './workshop.ts'

afterAll(closeSettings)

const ALL_SETTINGS = [...SETTINGS, CONFIGURED_KEYS].map((setting) => [setting.name, setting] as const)

describe.each(ALL_SETTINGS)('explain(), %s', (_setting, { cases, open, prepare }) => {
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

  test.each(cases.map((each) => [each.name, each] as const))(
    'agrees with the decision: %s',
    async (_title, each) => {
      const request = requestOf(each, await each.lines(source))
      const requirements = requirementsOf(each.route ?? '/any')
      const explanation = await verifier.explain(request, requirements)
      const decided = await outcomeOf(verifier.authenticate(request, requirements))

      const { explained = decided } = each
      expect(explanation.code ?? 'accepted').toBe(explained)
      expect(explanation.accepted).toBe(explained === 'accepted')
      const token = each.token === undefined ? '' : await each.token(source)
      for (const segment of token.split('.')) {
        if (segment.length > 20) expect(JSON.stringify(explanation)).not.toContain(segment)
      }
      expect(trap.requests).toEqual([])
    },
  )
})
