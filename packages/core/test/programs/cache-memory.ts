// Prints how much memory tokens keep that are in the cache, in bytes. It needs --expose-gc.
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { decide } from '../../src/adapter.ts'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '../../src/verifier.ts'

const time = { now: NOW * 1_000 }
mock.timers.enable({ apis: ['setTimeout'] })
const collect = globalThis.gc as () => void

async function heapUsed(): Promise<number> {
  // V8 keeps the last text that a regular expression was applied to.
  ;/x/.exec('x')
  // Two turns, so that promises and finalizers of the first collection are done.
  for (let turn = 0; turn < 2; turn++) {
    await setImmediate()
    collect()
  }
  return process.memoryUsage().heapUsed
}

/** A header that is a part of a string of 1 MB, as parsers of HTTP cut it. */
function headerInLargeText(index: number): string {
  const token = signToken({ claims: { jti: `AT.${index}`, exp: NOW + 600 } })
  return `${'x'.repeat(1_048_576)}Bearer ${token}`.slice(1_048_576)
}

const options = { ...verifierOptions(), clock: () => time.now }

/** Makes four requests, and returns how many of them were decided from the cache. */
async function useFourTimes(verifier: AccessTokenVerifier, header: string): Promise<number> {
  let cached = 0
  for (let time = 0; time < 4; time++) {
    const decision = decide(verifier, { headers: { authorization: header } })
    if (decision instanceof Promise) await decision
    else cached++
  }
  return cached
}

/** Memory that 20 cached tokens keep that were cut out of large texts. */
async function cutOut(): Promise<{ cached: number; bytes: number }> {
  const verifier = createAccessTokenVerifier(options)
  await verifier.verify(signToken())
  const before = await heapUsed()
  let cached = 0
  for (let index = 0; index < 20; index++) cached += await useFourTimes(verifier, headerInLargeText(index))
  const bytes = (await heapUsed()) - before
  verifier.close()
  return { cached, bytes }
}

/** Whether the claims of an expired token can be collected, and how much memory 100 large expired tokens keep. */
async function expired(): Promise<{
  cached: boolean
  kept: boolean
  bytesBefore: number
  bytesAfter: number
}> {
  // Ten tokens are evicted.
  const verifier = createAccessTokenVerifier({ ...options, tokenCache: { max: 90, maxSize: 10_000_000 } })
  await verifier.verify(signToken())
  const before = await heapUsed()
  let claims: WeakRef<object> | undefined
  for (let index = 0; index < 100; index++) {
    const token = signToken({ claims: { jti: `AT.${index}`, padding: 'a'.repeat(10_000), exp: NOW + 600 } })
    for (let round = 0; round < 2; round++) claims = new WeakRef((await verifier.verify(token)).claims)
  }
  const bytesBefore = (await heapUsed()) - before
  const cached = claims?.deref() !== undefined
  time.now += 700_000
  mock.timers.tick(60_000)
  const bytesAfter = (await heapUsed()) - before
  return { cached, kept: claims?.deref() !== undefined, bytesBefore, bytesAfter }
}

console.log(JSON.stringify({ cutOut: await cutOut(), expired: await expired() }))
