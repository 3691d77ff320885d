import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { expectDecision } from './decision.ts'
import { CORE_SETTINGS, casesOf, checkIn } from './each-case.ts'
import { closeSettings, openWorkshop } from './settings.ts'
import { KeyServer } from './workshop.ts'

afterAll(closeSettings)

describe.each(CORE_SETTINGS)('%s', (_name, setting) => {
  const check = checkIn(setting)

  test.each(casesOf(setting))('%s', (_name, each) => check(expectDecision, each))
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
