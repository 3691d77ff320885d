import { expect, it } from 'vitest'
import { checkMtls } from '../../src/options/mtls.ts'
import { configurationErrorOf, makeVerifier, untyped } from '../support/verifiers.ts'

const certificate = (): undefined => undefined

it.each([
  [undefined, 'disabled', undefined],
  ['disabled', 'disabled', undefined],
  ['allowed', 'allowed', undefined],
  ['required', 'required', undefined],
  [{}, 'allowed', undefined],
  [{ mode: undefined }, 'allowed', undefined],
  [{ certificate }, 'allowed', certificate],
  [{ mode: 'required', certificate }, 'required', certificate],
  [{ mode: 'disabled', certificate }, 'disabled', certificate],
])('%j means the mode %s', (option, mode, reader) => {
  const checked = checkMtls(option)
  expect(checked).toEqual({ mode, certificate: reader })
  expect(Object.isFrozen(checked)).toBe(true)
})

it.each([
  [true, 'mtls'],
  [false, 'mtls'],
  [null, 'mtls'],
  ['', 'mtls'],
  ['Required', 'mtls'],
  ['optional', 'mtls'],
  [['allowed'], 'mtls'],
  [certificate, 'mtls'],
  [{ mode: 'on' }, 'mtls.mode'],
  [{ mode: null }, 'mtls.mode'],
  [{ certificate: 'client-cert' }, 'mtls.certificate'],
  [{ certificate: {} }, 'mtls.certificate'],
  [{ mode: 'allowed', certificates: certificate }, 'mtls.certificates'],
])('%j is a ConfigurationError about %s', (mtls, option) => {
  const error = configurationErrorOf(() => makeVerifier(untyped({ mtls })))
  expect(error.option).toBe(option)
  expect(error.message).toContain(option)
})

it('belongs to the verifier, not to one of its issuers', () => {
  const error = configurationErrorOf(() =>
    makeVerifier(untyped({ issuer: [{ issuer: 'https://a.example', mtls: 'allowed' }] })),
  )
  expect(error.option).toBe('issuer[0].mtls')
})
