import type { AccessTokenVerifier } from '@okta-resource-server/core'
import { outcomeOf } from '@okta-resource-server/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { requirementsOf } from './adapter.ts'
import type { Case } from './case.ts'
import { CORE_SETTINGS, casesOf, checkIn } from './each-case.ts'
import { requestOf } from './request.ts'
import { closeSettings } from './settings.ts'

async function expectAgreement(
  verifier: AccessTokenVerifier,
  each: Case<never>,
  source: never,
): Promise<void> {
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
}

afterAll(closeSettings)

describe.each(CORE_SETTINGS)('explain(), %s', (_name, setting) => {
  const check = checkIn(setting)

  test.each(casesOf(setting))('agrees with the decision: %s', (_name, each) => check(expectAgreement, each))
})
