import { randomBytes } from 'node:crypto'
import { memoryReplayStore } from '@okta-resource-server/core'
import { answerQuestions, tell } from '../child.ts'

// Memory of the replay store, while it gets more proofs than it may keep.

export interface StorePoint {
  readonly proofs: number
  readonly accepted: number
  /** Bytes of the heap beyond those before the first proof, after garbage collection. */
  readonly bytes: number
}

export interface StoreQuestion {
  readonly proofs: readonly number[]
}

function usedBytes(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

answerQuestions<StoreQuestion>(async ({ proofs }): Promise<readonly StorePoint[]> => {
  const store = memoryReplayStore()
  const before = usedBytes()
  const points: StorePoint[] = []
  let [sent, accepted] = [0, 0]
  for (const count of proofs) {
    for (; sent < count; sent++) {
      const use = {
        key: randomBytes(32).toString('base64url'),
        client: `client ${sent % 10}`,
        thumbprint: `key ${sent % 1_000}`,
        timeToLive: 600_000,
      }
      try {
        if (await store.claim(use)) accepted++
      } catch {
        // The store is full.
      }
    }
    points.push({ proofs: count, accepted, bytes: usedBytes() - before })
  }
  return points
})
tell({ ready: true })
