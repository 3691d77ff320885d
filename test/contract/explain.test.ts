import { outcomeOf } from '@okta-resource-server/testing'
import { expect } from 'vitest'
import { requirementsOf } from './adapter.ts'
import { eachCase } from './each-case.ts'
import { requestOf } from './request.ts'

eachCase('explain(), %s', 'agrees with the decision: %s', async (verifier, each, source) => {
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
})
