import { setImmediate as nextTurn } from 'node:timers/promises'
import { AUDIENCE, keySet, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier, type IssuerResolver } from '../../src/index.ts'
import { createTenants, KEY, knows, published, tenant, tokenOf } from '../support/tenants.ts'
import { START, stopTime } from '../support/time.ts'

const ONE = tenant('one')
const TWO = tenant('two')

describe('a function that finds issuers', () => {
  it('is typed: its parameter is a string, and its result is the options of the issuer', () => {
    const sync: IssuerResolver = (issuer) => (issuer.startsWith('x') ? { audience: AUDIENCE } : undefined)
    const async: IssuerResolver = async (issuer) => (issuer === '' ? null : { issuer, clientIds: ['c'] })
    for (const issuer of [sync, async]) createAccessTokenVerifier({ issuer }).close()
    createAccessTokenVerifier({ issuer: (issuer) => ({ audience: issuer.trim() }) }).close()
    // @ts-expect-error A list is no answer.
    createAccessTokenVerifier({ issuer: () => [] }).close()
  })

  it('is asked with the first token of an issuer, and not with the next', async () => {
    const { calls, outcome, urls } = createTenants(knows('one', 'two'))
    stopTime()
    expect(await outcome(ONE)).toBe('accepted')
    expect(await outcome(ONE)).toBe('accepted')
    expect(await outcome(TWO)).toBe('accepted')
    expect(calls).toEqual([ONE, TWO])
    expect(urls().filter((url) => url.endsWith('/keys'))).toEqual([`${ONE}/keys`, `${TWO}/keys`])
  })

  it('can return keys of a previous run, which are exported for the next', async () => {
    const { verifier, outcome, server } = createTenants(() => ({
      initialJwks: { ...keySet(KEY), fetchedAt: START },
    }))
    stopTime()
    server.answer = () => new Error('down')
    expect(await outcome(ONE)).toBe('accepted')
    expect(verifier.exportJwks(ONE)).toMatchObject({ keys: [{ kid: KEY.kid }], fetchedAt: START })
    expect(verifier.exportJwks(TWO)).toBeUndefined()
  })

  it('can answer with a promise', async () => {
    stopTime()
    const { outcome } = createTenants(async (iss) => (iss === ONE ? {} : undefined))
    expect(await outcome(ONE)).toBe('accepted')
    expect(await outcome(TWO)).toBe('issuer_not_allowed')
  })

  it('refuses an issuer that it does not know, without any request', async () => {
    stopTime()
    const { calls, outcome, urls } = createTenants(knows('one'))
    expect(await outcome(TWO)).toBe('issuer_not_allowed')
    expect(await outcome(TWO)).toBe('issuer_not_allowed')
    expect(calls).toEqual([TWO])
    expect(urls()).toEqual([])
  })

  it('is not asked for a token without iss, or for one that is no token', async () => {
    stopTime()
    const { calls, outcome, verifier } = createTenants()
    expect(await outcome(undefined)).toBe('issuer_missing')
    await expect(verifier.verify('a.b')).rejects.toMatchObject({ code: 'token_malformed' })
    expect(calls).toEqual([])
  })

  it('gives an issuer the options that it returns, beside the shared ones', async () => {
    stopTime()
    const { outcome } = createTenants(
      (iss) => (iss === ONE ? { clientIds: ['own'], audience: 'api://one' } : {}),
      { clientIds: ['shared'] },
    )
    expect(await outcome(ONE, KEY, { cid: 'own', aud: 'api://one' })).toBe('accepted')
    expect(await outcome(ONE, KEY, { cid: 'shared', aud: 'api://one' })).toBe('client_not_allowed')
    expect(await outcome(ONE, KEY, { cid: 'own' })).toBe('audience_mismatch')
    expect(await outcome(TWO, KEY, { cid: 'shared' })).toBe('accepted')
    expect(await outcome(TWO, KEY, { cid: 'own' })).toBe('client_not_allowed')
  })

  it.each([
    ['another issuer', TWO],
    ['the issuer with a slash', `${ONE}/`],
  ])('refuses the token if it returns the options of %s', async (_title, issuer) => {
    stopTime()
    const { calls, outcome, urls } = createTenants(() => ({ issuer }))
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    expect(await outcome(ONE)).toBe('issuer_not_allowed')
    expect(calls).toEqual([ONE])
    expect(urls()).toEqual([])
  })

  it('can return fixed keys, so that nothing is fetched', async () => {
    stopTime()
    const { outcome, urls } = createTenants(() => ({ jwks: { keys: [KEY.jwk] } }))
    expect(await outcome(ONE)).toBe('accepted')
    expect(await outcome('accounts.example')).toBe('accepted')
    expect(await outcome('http://adfs.example/trust')).toBe('accepted')
    expect(await outcome(ONE, signingKey('ES256', 'attacker'))).toBe('key_unknown')
    expect(urls()).toEqual([])
  })

  it('refuses http issuers and names without fetching anything, unless it says where the keys are', async () => {
    stopTime()
    const { outcome, urls } = createTenants()
    for (const iss of ['http://as.example/one', 'accounts.example', 'ftp://as.example/one']) {
      expect(await outcome(iss)).toBe('issuer_not_allowed')
    }
    expect(urls()).toEqual([])
  })

  it('never lets a token choose the keys of another issuer', async () => {
    stopTime()
    const [keyOfOne, keyOfTwo] = [signingKey('ES256', 'one'), signingKey('ES256', 'two')]
    const { outcome, server } = createTenants(knows('one', 'two'))
    server.answer = (url) => published(url, url.startsWith(ONE) ? keyOfOne : keyOfTwo)
    expect(await outcome(ONE, keyOfOne)).toBe('accepted')
    expect(await outcome(TWO, keyOfTwo)).toBe('accepted')
    expect(await outcome(ONE, keyOfTwo)).toBe('key_unknown')
    expect(await outcome(TWO, { ...keyOfOne, kid: keyOfTwo.kid })).toBe('signature_invalid')
  })

  it('does not fetch keys for a token that is refused for another reason', async () => {
    stopTime()
    const { outcome, urls } = createTenants(() => ({ algorithms: ['RS256'] }))
    expect(await outcome(ONE)).toBe('algorithm_not_allowed')
    expect(await outcome(ONE, signingKey('RS256'), { exp: 1 })).toBe('token_expired')
    expect(urls()).toEqual([])
  })

  it('does not fetch keys to find out whether the token has another profile', async () => {
    stopTime()
    const { outcome, urls } = createTenants(() => ({ profile: 'okta' }))
    expect(await outcome(ONE, KEY, { cid: undefined })).toBe('not_an_access_token')
    await nextTurn()
    expect(urls()).toEqual([])
  })
})

describe('status and ready()', () => {
  it('are ready before any issuer is known, until the verifier is closed', async () => {
    stopTime()
    const { verifier, urls } = createTenants()
    await verifier.ready()
    expect(verifier.status()).toEqual({ ready: true, issuers: [] })
    expect(urls()).toEqual([])
    verifier.close()
    expect(verifier.status()).toEqual({ ready: false, issuers: [] })
  })

  it('list the issuers that have verified a token, and no others', async () => {
    stopTime()
    const { verifier, outcome } = createTenants(knows('one', 'two'))
    await outcome(ONE)
    await outcome(TWO, signingKey('ES256', 'attacker'))
    await outcome(tenant('three'))
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ issuer: ONE, ready: true, keys: 1 }] })
  })

  it('stay ready if one issuer is not', async () => {
    stopTime()
    const { verifier, outcome } = createTenants(() => ({ staleIfError: 0, cacheMaxAge: 1_000 }))
    await outcome(ONE)
    const { pass } = await import('../support/time.ts')
    pass(60_000)
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ issuer: ONE, ready: false }] })
  })
})

describe('a token that was verified', () => {
  it('is decided in the same tick from the cache, without asking the function', async () => {
    stopTime()
    const { calls, verifier } = createTenants()
    const token = tokenOf(ONE)
    const one = await verifier.verify(token)
    await verifier.verify(token)
    const { decideNow } = await import('../support/verifiers.ts')
    expect(decideNow(verifier, token).issuer).toBe(one.issuer)
    expect(calls).toEqual([ONE])
  })
})
