import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AdapterOptions, adapterSettings } from '../../src/adapter.ts'
import { configurationFromEnvironment } from '../../src/options/environment.ts'
import { configurationErrorOf, recordMessages } from '../support/verifiers.ts'

afterEach(() => vi.unstubAllEnvs())

const FROM_ENVIRONMENT = 'https://environment.example.com/oauth2/default'

function setVariables(issuer: string | undefined, audience: string | undefined): void {
  vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
  vi.stubEnv('OKTA_OAUTH2_AUDIENCE', audience)
}

/** The issuers of the verifier that an adapter creates. */
function issuersOf(options: object): readonly string[] {
  const { verifier } = adapterSettings(options as AdapterOptions)
  return verifier.status().issuers.map(({ issuer }) => issuer)
}

describe('configurationFromEnvironment', () => {
  const env = { OKTA_OAUTH2_ISSUER: ISSUER, OKTA_OAUTH2_AUDIENCE: AUDIENCE, OTHER: 'x' }

  it('reads issuer and audience', () => {
    expect(configurationFromEnvironment(env)).toEqual({ issuer: ISSUER, audience: AUDIENCE })
  })

  it('reads process.env by default', () => {
    setVariables(ISSUER, AUDIENCE)
    expect(configurationFromEnvironment()).toEqual({ issuer: ISSUER, audience: AUDIENCE })
  })

  it.each([
    ['no issuer', { OKTA_OAUTH2_ISSUER: undefined }, /is not set; set it, for example to https:/],
    ['an empty issuer', { OKTA_OAUTH2_ISSUER: '' }, /is not set/],
    ['no audience', { OKTA_OAUTH2_AUDIENCE: undefined }, /api:\/\/default/],
    ['an empty audience', { OKTA_OAUTH2_AUDIENCE: '' }, /is not set/],
  ])('refuses %s, and says which option may be used instead', (_title, variables, advice) => {
    const [variable = ''] = Object.keys(variables)
    const error = configurationErrorOf(() => configurationFromEnvironment({ ...env, ...variables }))
    expect(error).toMatchObject({ code: 'option_missing', option: variable })
    expect(error.message).toMatch(advice)
    expect(error.message).toContain(variable)
    expect(error.message).toMatch(/pass the option (issuer|audience)$/)
  })

  it.each([
    ['an issuer that ends with a space', { OKTA_OAUTH2_ISSUER: `${ISSUER} ` }, /white space.*remove it/],
    [
      'an audience that ends with a line break',
      { OKTA_OAUTH2_AUDIENCE: `${AUDIENCE}\n` },
      /white space.*remove it/,
    ],
    ['an org authorization server', { OKTA_OAUTH2_ISSUER: 'https://example.okta.com' }, /opaque/],
    ['an issuer in quotation marks', { OKTA_OAUTH2_ISSUER: `"${ISSUER}"` }, /quotation marks.*remove them/],
    [
      'an audience in quotation marks',
      { OKTA_OAUTH2_AUDIENCE: `'${AUDIENCE}'` },
      /quotation marks.*remove them/,
    ],
    ['a placeholder', { OKTA_OAUTH2_ISSUER: 'https://{yourOktaDomain}/oauth2/default' }, /placeholder/],
    ['http', { OKTA_OAUTH2_ISSUER: 'http://example.okta.com/oauth2/default' }, /https:\/\//],
  ])('refuses %s by the name of the variable', (_title, variables, advice) => {
    const [variable = ''] = Object.keys(variables)
    const error = configurationErrorOf(() => configurationFromEnvironment({ ...env, ...variables }))
    expect(error).toMatchObject({ code: 'option_invalid', option: variable })
    expect(error.message).toMatch(advice)
    expect(error.message).toContain(variable)
  })
})

it.each([null, 'text', 1])('configurationFromEnvironment refuses %o in place of variables', (env) => {
  const error = configurationErrorOf(() => configurationFromEnvironment(env as never))
  expect(error).toMatchObject({ code: 'option_invalid', option: 'env' })
})

describe('an adapter', () => {
  it('reads the variable of each option that is absent', () => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    for (const options of [{}, { clockTolerance: 10 }, { credentials: 'optional' }, { audience: 'other' }]) {
      expect(issuersOf(options)).toEqual([FROM_ENVIRONMENT])
    }
  })

  it('accepts a variable with http if allowInsecureHttp is true', () => {
    const issuer = 'http://authorization-server:8080/oauth2/default'
    setVariables(issuer, AUDIENCE)
    expect(issuersOf({ allowInsecureHttp: true })).toEqual([issuer])
    expect(configurationErrorOf(() => issuersOf({ allowInsecureHttp: false }))).toMatchObject({
      code: 'option_invalid',
      option: 'OKTA_OAUTH2_ISSUER',
    })
  })

  it('does not read the variable of an option that is present', () => {
    setVariables('not a URL', 'also wrong ')
    expect(issuersOf({ issuer: ISSUER, audience: AUDIENCE })).toEqual([ISSUER])
    setVariables(undefined, AUDIENCE)
    expect(issuersOf({ issuer: ISSUER })).toEqual([ISSUER])
  })

  it.each([
    ['issuer', undefined, 'OKTA_OAUTH2_ISSUER'],
    ['issuer', '', 'OKTA_OAUTH2_ISSUER'],
    ['audience', undefined, 'OKTA_OAUTH2_AUDIENCE'],
    ['audience', '', 'OKTA_OAUTH2_AUDIENCE'],
  ])('refuses the option %s if it is present but %j, and names the variable', (option, value, variable) => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    const error = configurationErrorOf(() => issuersOf({ [option]: value }))
    expect(error).toMatchObject({ code: 'option_missing', option })
    expect(error.message).toContain(`${option} is ${value === '' ? 'empty' : 'undefined'};`)
    expect(error.message).toContain(variable)
  })

  it('refuses an option that is null, without reading its variable', () => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    expect(configurationErrorOf(() => issuersOf({ issuer: null }))).toMatchObject({ code: 'option_missing' })
    expect(configurationErrorOf(() => issuersOf({ audience: null }))).toMatchObject({
      code: 'option_missing',
    })
  })

  it('reads nothing with a list of issuers, of which each has its own audience', () => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    const issuer = [{ issuer: ISSUER, audience: 'a' }]
    expect(issuersOf({ issuer })).toEqual([ISSUER])
    expect(issuersOf({ issuer, audience: undefined })).toEqual([ISSUER])
    expect(configurationErrorOf(() => issuersOf({ issuer: [ISSUER] }))).toMatchObject({
      code: 'option_missing',
      option: 'issuer[0].audience',
    })
  })

  it('refuses a missing variable by its name', () => {
    setVariables(undefined, undefined)
    expect(configurationErrorOf(() => issuersOf({}))).toMatchObject({ option: 'OKTA_OAUTH2_ISSUER' })
    expect(configurationErrorOf(() => issuersOf({ issuer: ISSUER }))).toMatchObject({
      option: 'OKTA_OAUTH2_AUDIENCE',
    })
  })

  it.each([
    [{}, [], ['issuer', 'audience']],
    [{ clockTolerance: 10 }, ['clockTolerance'], ['issuer', 'audience']],
    [{ audience: 'a', credentials: 'optional' }, ['audience'], ['issuer']],
    [{ issuer: ISSUER, audience: 'a' }, ['issuer', 'audience'], []],
    [{ issuer: [{ issuer: ISSUER, audience: 'a' }] }, ['issuer'], []],
  ])('publishes which options came from where: %o', (options, fromCode, fromEnvironment) => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    const messages = recordMessages()
    issuersOf(options)
    expect(messages).toEqual([['verifier.configured', { fromCode, fromEnvironment }]])
  })

  it('publishes nothing about options that are refused', () => {
    setVariables(FROM_ENVIRONMENT, AUDIENCE)
    const messages = recordMessages()
    configurationErrorOf(() => issuersOf({ clockTolerance: -1 }))
    expect(messages).toEqual([])
  })
})
