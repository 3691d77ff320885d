import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { expectDecision } from './decision.ts'
import { CONFIGURED_KEYS, closeSettings, openWorkshop, SETTINGS } from './settings.ts'
import { KeyServer } from './workshop.ts'

afterAll(closeSettings)

const ALL_SETTINGS = [...SETTINGS, CONFIGURED_KEYS].map((setting) => [setting.name, setting] as const)

describe.each(ALL_SETTINGS)('%s', (_setting, { cases, open, prepare }) => {
  let source: never
  let verifier: AccessTokenVerifier
  let trap: KeyServer
  beforeAll(async () => {
    const opened = await open()
    source = opened.source
    verifier = createAccessTokenVerifier(opened.options)
    trap = (await openWorkshop()).trap
    await prepare?.(verifier, source)
  })
  afterAll(() => verifier?.close())

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_title, each) => {
    await expectDecision(verifier, each, source)

    expect(trap.requests).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

test('a value without headers is not a request: TypeError', async () => {
  const verifier = createAccessTokenVerifier((await openWorkshop()).options)
  for (const value of [{}, { url: '/' }, undefined, null, 'GET /', 1]) {
    await expect(verifier.authenticate(value as never)).rejects.toThrow(TypeError)
  }
  await expect(verifier.authenticate({ headers: null })).rejects.toMatchObject({
    code: 'missing_token',
  })
  verifier.close()
})

test('control: the server whose URL is put into tokens notes requests', async () => {
  const trap = await KeyServer.start(() => [])
  await ask(trap.url)

  expect(trap.requests).toEqual(['/keys'])
  await trap.close()
})
