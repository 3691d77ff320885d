// Prints how much memory requests keep until V8 collects the garbage of the whole heap, in bytes for each. It needs --expose-gc.
import { NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import type { RequestLike } from '../../src/request/request.ts'
import { createAccessTokenVerifier } from '../../src/verifier.ts'
import { boundToken, dpopRequest, makeProof, proofKey } from '../support/proofs.ts'

const AT_ONCE = 16
const ROUNDS = 40

const verifier = createAccessTokenVerifier({ ...verifierOptions(), clock: () => NOW * 1_000 })
let tokens = 0
const bound = boundToken()
const repeated = `Bearer ${signToken()}`

const bearer = (claims: object = {}): RequestLike => ({
  headers: { authorization: `Bearer ${signToken({ claims: { jti: `AT.${tokens++}`, ...claims } })}` },
})

const KINDS: Readonly<Record<string, () => RequestLike>> = {
  accepted: () => bearer(),
  repeated: () => ({ headers: { authorization: repeated } }),
  dpop: () => dpopRequest(bound, makeProof({ key: proofKey(), token: bound })),
  expired: () => bearer({ exp: NOW - 3_600 }),
  otherAudience: () => bearer({ aud: 'api://other' }),
  anonymous: () => ({ headers: {} }),
}

/** What survives two collections of young objects is stored with the old ones. */
function heapUsed(): number {
  const collect = globalThis.gc as (options: { type: 'minor' }) => void
  for (let time = 0; time < 2; time++) collect({ type: 'minor' })
  return process.memoryUsage().heapUsed
}

/** Each request takes up kilobytes, so that it shows. */
async function decide(request: RequestLike): Promise<void> {
  Object.assign(request, { context: Array.from({ length: 128 }, () => ({})) })
  await verifier.authenticate(request).catch(() => {})
}

async function bytesPerRequest(request: () => RequestLike): Promise<number> {
  let kept = 0
  let before = heapUsed()
  for (let round = 1; round <= ROUNDS; round++) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => decide(request())))
    if (round % 10 > 0) continue
    const after = heapUsed()
    // It is less if V8 has collected the whole heap meanwhile.
    kept += Math.max(0, after - before)
    before = after
  }
  return kept / (ROUNDS * AT_ONCE)
}

const bytes: Record<string, number> = {}
for (const [name, request] of Object.entries(KINDS)) {
  // V8 still compiles during the first ones.
  for (let time = 0; time < 3; time++) await bytesPerRequest(request)
  bytes[name] = Math.round(await bytesPerRequest(request))
}
console.log(JSON.stringify(bytes))
