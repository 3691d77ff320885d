import { describe, expect, it } from 'vitest'
import { type ProofKey, ProofKeys, readProofKey } from '../../src/possession/proof-key.ts'
import { proofKey, publicJwk } from '../support/proofs.ts'

const keyWith = (thumbprint: string, algorithm = 'RS256'): ProofKey => ({ jwk: {}, algorithm, thumbprint })

describe('imported proof keys', () => {
  it('are kept for one algorithm each', () => {
    const keys = new ProofKeys()
    const key = readProofKey(publicJwk(proofKey('RS256')), 'RS256')

    expect(keys.find({ ...key })).toBe(keys.find(key))
    expect(keys.find({ ...key, algorithm: 'PS256' })).not.toBe(keys.find(key))
  })

  it('are at most 1,000: the one that was not used for the longest time is dropped', () => {
    const keys = new ProofKeys()
    const [first, second] = [keys.find(keyWith('0')), keys.find(keyWith('1'))]
    for (let index = 2; index < 1_000; index++) keys.find(keyWith(String(index)))
    expect(keys.find(keyWith('0'))).toBe(first)
    keys.find(keyWith('1000'))

    expect(keys.find(keyWith('0'))).toBe(first)
    expect(keys.find(keyWith('1'))).not.toBe(second)
  })
})
