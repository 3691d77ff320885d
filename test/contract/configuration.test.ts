import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import oktaAuth from '@okta-resource-server/fastify'
import { base64url, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import fastify from 'fastify'
import type { JSONWebKeySet } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { judge, verifierOf } from '../specification/judge.ts'
import { closeSettings, openWorkshop } from './settings.ts'
import { unusableOf } from './workshop.ts'

afterAll(closeSettings)

const configurationError = (option: string) => expect.objectContaining({ name: 'ConfigurationError', option })

test('an API whose configured keys are all private or symmetric does not start [RFC7517-9.2-private] [CVE-2025-65945]', async () => {
  const workshop = await openWorkshop()
  const options = { ...workshop.options, jwks: { keys: unusableOf(workshop.jwks) } as JSONWebKeySet }
  const refusal = configurationError('jwks')

  expect(options.jwks.keys).toHaveLength(6)
  expect(() => createAccessTokenVerifier(options)).toThrow(refusal)
  expect(() => expressAuth(options)).toThrow(refusal)
  await expect(fastify().register(oktaAuth, options)).rejects.toEqual(refusal)
  const symmetric = { kty: 'oct', kid: 'shared', alg: 'HS256', use: 'sig', k: base64url('secret') }
  expect(() => judge(signToken(), {}, symmetric)).toThrow(refusal)
})

test('issuers and audiences are texts, never patterns [GHSA-3j8v-cgw4-2g6q] [CVE-2026-35041]', () => {
  expect(() => verifierOf({ audience: /api/g as never })).toThrow(configurationError('audience'))
  expect(() => verifierOf({ audience: /^(a+)+$/ as never })).toThrow(configurationError('audience'))
  expect(() => verifierOf({ issuer: /okta/y as never })).toThrow(
    expect.objectContaining({ name: 'ConfigurationError' }),
  )
})

test('a valid token is accepted every time, also without a cache [GHSA-3j8v-cgw4-2g6q]', async () => {
  const verifier = verifierOf({ tokenCache: false })
  const token = signToken()
  for (let round = 0; round < 4; round++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
})

test('neither none nor a symmetric algorithm can be allowed [RFC8725-3.2-none] [RFC8725-3.2-current] [RFC8725-3.2-rsa1_5] [RFC8725-3.5-passwords]', () => {
  for (const algorithm of ['none', 'HS256', 'HS384', 'HS512', 'dir', 'A128KW', 'RS1', 'RSA1_5', 'es256']) {
    expect(() => verifierOf({ algorithms: [algorithm] })).toThrow(configurationError('algorithms'))
  }
})

test('an audience must be configured [RFC7519-4.1.3-identify]', () => {
  for (const audience of [undefined, '', []]) {
    const options = { audience } as { audience: string }
    expect(() => verifierOf(options)).toThrow(configurationError('audience'))
  }
})

test('the clock tolerance is at most five minutes [RFC9068-4-exp]', () => {
  expect(() => verifierOf({ clockTolerance: 301 })).toThrow(configurationError('clockTolerance'))
})

test('EdDSA and Ed25519 are two names of one algorithm', async () => {
  const key = signingKey('EdDSA')
  for (const allowed of ['EdDSA', 'Ed25519']) {
    for (const alg of ['EdDSA', 'Ed25519']) {
      const token = signToken({ key, header: { alg } })
      expect(await judge(token, { algorithms: [allowed] }, key.jwk)).toBe('accepted')
    }
    const other = signingKey('ES256')
    const token = signToken({ key: other })
    expect(await judge(token, { algorithms: [allowed] }, other.jwk, key.jwk)).toBe('algorithm_not_allowed')
  }
})
