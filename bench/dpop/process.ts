import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions, tell } from '../child.ts'
import { interleavedSlices, measuredSlice, type Slice } from '../comparisons/slices.ts'
import { concurrently } from '../core/loads.ts'
import { signingKey } from '../token-mint.ts'
import { clientsOf, type Decider, type DpopLoad, dpopCandidates, type JwkSet } from './candidates.ts'
import { type Client, copyOf, newClient, type ProofAlgorithm, requestOf } from './requests.ts'

// All candidates in one process, in slices that alternate: each gets requests with cached tokens and fresh proofs.

export interface DpopQuestion {
  readonly algorithm: ProofAlgorithm
  readonly load: DpopLoad
  readonly slices: number
  readonly warmUp: number
  /** Requests per slice. */
  readonly requests: number
}

export type DpopAnswer = Readonly<Record<string, readonly Slice[]>>

const candidates = dpopCandidates()
const key = signingKey('RS256')
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const jwks: JwkSet = {
  keys: [key.jwk],
  uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
}

interface Prepared {
  readonly decider: Decider
  readonly inputs: readonly unknown[]
}

answerQuestions<DpopQuestion>(async ({ algorithm, load, slices, warmUp, requests }): Promise<DpopAnswer> => {
  const clients = await Promise.all(
    Array.from({ length: clientsOf(load, algorithm) }, () => newClient(algorithm, key)),
  )
  // Its key is not one of those that are measured.
  const stranger = await newClient(algorithm, key)
  const clientAt = (index: number): Client => clients[index % clients.length] as Client
  const perSlice = load === 'new key' ? clients.length : requests
  const next = new Map<string, Prepared[]>()
  // Everything is signed before it is measured. All candidates get the same proofs, which are accepted for a minute.
  const prepare = async (count: number): Promise<void> => {
    const signed = await Promise.all(
      Array.from({ length: count }, () =>
        Promise.all(Array.from({ length: perSlice }, (_, index) => requestOf(clientAt(index), algorithm))),
      ),
    )
    for (const { name, make } of candidates) {
      const prepared: Prepared[] = []
      const kept = load === 'same key' ? await make(jwks, clients) : undefined
      for (const requests of signed) {
        const decider = kept ?? (await make(jwks, clients))
        const { prepare: prepareRequest = (request) => request, decide } = decider
        // Keys of the authorization server are fetched before.
        await decide(prepareRequest(await requestOf(stranger, algorithm)) as never)
        prepared.push({ decider, inputs: requests.map((request) => prepareRequest(copyOf(request))) })
      }
      next.set(name, prepared)
    }
  }
  const measure = async (count: number) => {
    const taken: Slice[][] = candidates.map(() => [])
    // A few slices at a time, before the proofs are too old.
    for (let done = 0; done < count; done += 2) {
      await prepare(2)
      const all = candidates.map(({ name }) => () => {
        const { decider, inputs } = (next.get(name) as Prepared[]).pop() as Prepared
        return measuredSlice(() => concurrently(inputs, decider.decide as never))
      })
      for (const [index, each] of (await interleavedSlices(all, 2)).entries()) taken[index]?.push(...each)
    }
    return taken
  }
  await measure(warmUp)
  const taken = await measure(slices)
  return Object.fromEntries(candidates.map(({ name }, index) => [name, taken[index] ?? []]))
})
tell({ ready: true })
