import type { ReplayUse } from '@okta-resource-server/core'

/** A use of a proof with this key. */
export const use = (key: string, timeToLive = 60_000): ReplayUse => ({
  key,
  client: 'client',
  thumbprint: 'thumbprint',
  timeToLive,
})

/** How a call of a store ended: its result, or the code of its `StoreError`. */
export async function endOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    const { name, code } = error as { readonly name: string; readonly code: string }
    if (name !== 'StoreError') throw error
    return code
  }
}
