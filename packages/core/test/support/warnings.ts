import { setTimeout } from 'node:timers/promises'
import { CLIENT_ID } from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { expect, vi } from 'vitest'

/** Shaped like a token of profile `generic`, which the issuer's default profiles do not include. */
export const GENERIC = { cid: undefined, scp: undefined, client_id: CLIENT_ID, scope: 'messages:read' }

/** The warnings since {@link startRecording}. */
export let warnings: readonly RecordedWarning[]

/** Records the warnings of a test, without those of other concerns; to be called before each. */
export function startRecording(...others: readonly string[]): void {
  // Tests create verifiers as a program should not; per-request.test.ts is about that.
  warnings = recordWarnings((code) => !['ORS_VERIFIER_PER_REQUEST', ...others].includes(code))
}

/** The codes of the warnings, after at least this many and some time for more. */
export async function codes(least = 0): Promise<string[]> {
  await vi.waitFor(() => expect(warnings.length).toBeGreaterThanOrEqual(least), { timeout: 5_000 })
  await setTimeout(50)
  return warnings.map(({ code }) => code)
}
