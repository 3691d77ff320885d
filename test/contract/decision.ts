import {
  type AccessTokenVerifier,
  errorResponse,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { expect } from 'vitest'
import { OPTIONAL, requirementsOf } from './adapter.ts'
import { bearer, type Case, type Outcome } from './case.ts'
import { answerOf, expectedAnswer, leaksOf, shown, stacksIn } from './expected.ts'
import { requestOf } from './request.ts'

/** How a decision ended; anything that is no refusal fails the test. */
async function outcomeOf(
  decision: Promise<VerifiedAccessToken>,
): Promise<{ outcome: Outcome; error?: ResourceServerError }> {
  try {
    await decision
    return { outcome: 'accepted' }
  } catch (error) {
    if (error instanceof ResourceServerError) return { outcome: error.code, error }
    throw error
  }
}

/** `verify` takes a token and no header, so it finds the token malformed. */
const ofToken = (outcome: Outcome): Outcome =>
  outcome === 'malformed_authorization_header' ? 'token_malformed' : outcome

/** Core itself decides about the case as a request, and where it is nothing but a token, about the token. */
export async function expectDecision<Source>(
  verifier: AccessTokenVerifier,
  each: Case<Source>,
  source: Source,
): Promise<void> {
  const { route = '/any', outcome } = each
  const requirements = requirementsOf(route)
  const token = await each.token?.(source)
  const lines = token === undefined ? await each.lines(source) : bearer(token)
  const decision = await outcomeOf(verifier.authenticate(requestOf(each, lines), requirements))

  if (outcome === 'anonymous') {
    expect([route, decision.outcome]).toEqual([OPTIONAL, 'missing_token'])
    return
  }
  expect(decision.outcome).toBe(outcome)
  if (decision.error !== undefined) {
    const { status, headers, body } = errorResponse(decision.error)
    expect(answerOf(status, headers)).toEqual(expectedAnswer(each))
    expect(leaksOf(lines, shown(body) + shown(decision.error))).toEqual([])
    expect(stacksIn(shown(body))).toEqual([])
  }
  if (token !== undefined) {
    const verified = await outcomeOf(verifier.verify(token, requirements))
    expect(verified.outcome).toBe(ofToken(outcome))
  }
}
