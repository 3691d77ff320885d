import { ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'

const refusal = (status: number, error?: string): unknown => ({
  known: true,
  status,
  challenge: expect.stringContaining(error === undefined ? 'Bearer realm="api"' : `error="${error}"`),
  frames: 0,
})

describe.each([['--frozen-intrinsics'], ['Object.freeze(Error)']])('with %s', (how) => {
  it('every refusal is the right error with the right response', async () => {
    const flags = how.startsWith('--') ? [how] : []
    expect(await runProgram('frozen-intrinsics.ts', ...flags)).toEqual({
      frozen: true,
      accepted: ISSUER,
      results: {
        missing_token: refusal(401),
        multiple_tokens: refusal(400, 'invalid_request'),
        token_malformed: refusal(401, 'invalid_token'),
        token_expired: refusal(401, 'invalid_token'),
        audience_mismatch: refusal(401, 'invalid_token'),
        insufficient_scope: refusal(403, 'insufficient_scope'),
        metadata_unavailable: { known: true, status: 503, frames: 0 },
        option_invalid: { known: true, status: 500, frames: expect.any(Number) },
      },
    })
  })
})
