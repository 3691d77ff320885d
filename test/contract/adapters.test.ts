import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Adapter, type Api, OPTIONAL, requirementsOf } from './adapter.ts'
import { VARIANTS } from './apis.ts'
import { ask, askWith } from './ask.ts'
import { answerOf, expectedAnswer, leaksOf, stacksIn } from './expected.ts'
import { closeSettings, openWorkshop, SETTINGS } from './settings.ts'

afterAll(closeSettings)

const NAMED_SETTINGS = SETTINGS.map(
  (setting) =>
    [setting.name, { ...setting, cases: setting.cases.filter(({ onAdapters }) => onAdapters) }] as const,
).filter(([, { cases }]) => cases.length > 0)

/** What the challenges of an adapter with the option `resource` name besides. */
function named({ resource }: Adapter, route: string, scope?: string) {
  if (resource === undefined) return {}
  const { origin, pathname } = new URL(resource)
  const scopes = scope ?? requirementsOf(route)?.scopes?.join(' ')
  const resourceMetadata = `${origin}/.well-known/oauth-protected-resource${pathname}`
  return { resourceMetadata, ...(scopes !== undefined && { scope: scopes }) }
}

describe.each(VARIANTS.map((each) => [each.name, each] as const))('%s', (_name, adapter) => {
  const { start, joinsHeaders, resource } = adapter
  // An issuer that is a function has no URL that the metadata could name.
  const authorizationServers = ['https://issuer.example.com']
  const more = resource === undefined ? {} : { resource: { resource, authorizationServers } }
  describe.each(NAMED_SETTINGS)('%s', (_setting, { cases: all, open, prepare }) => {
    const cases = resource === undefined ? all : all.filter(({ route }) => route !== OPTIONAL)
    let source: never
    let api: Api
    beforeAll(async () => {
      const opened = await open()
      source = opened.source
      const verifier = createAccessTokenVerifier({ ...opened.options, ...more })
      api = await start({ verifier })
      await prepare?.(verifier, source)
    })
    afterAll(() => api?.stop())

    test.each(cases.map((each) => [each.name, each] as const))('%s', async (_title, written) => {
      const { outcome, fetchOutcome = outcome } = written
      const each = { ...written, outcome: joinsHeaders ? fetchOutcome : outcome }
      const { route = '/any', query = '', method, form } = each
      const lines = await each.lines(source)
      const { status, headers, body } = await ask(api.url + route + query, lines, {
        ...(method && { method }),
        ...(form !== undefined && { body: form }),
      })

      if (joinsHeaders && each.outcome === 'multiple_authorization_headers') {
        expect(status).toBeOneOf([400, 401])
        expect(headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_/)
      } else
        expect(answerOf(status, headers)).toEqual(
          expectedAnswer({ ...each, ...named(adapter, route, each.scope) }),
        )
      if (method === 'HEAD') expect(body).toBe('')
      else if (status === 200) {
        expect(JSON.parse(body).subject).toEqual(
          each.outcome === 'anonymous' ? null : expect.stringMatching(/./),
        )
      }
      expect([...leaksOf(lines, body), ...stacksIn(body)]).toEqual([])
    })
  })

  test('gives each request its own answer when valid and invalid tokens arrive together', async () => {
    const workshop = await openWorkshop()
    const verifier = createAccessTokenVerifier({ ...workshop.options, ...more })
    const api = await start({ verifier })
    const keys = ['es256', 'stranger', 'off the curve', 'private ec', 'small order']
    const requests = Array.from({ length: 25 }, (_, index) => {
      const key = keys[index % keys.length] as string
      return askWith(workshop.token({ key, claims: { sub: `user ${index}` } }), `${api.url}/any`)
    })
    const answers = await Promise.all(requests)

    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_, index) => (index % keys.length === 0 ? 200 : 401)),
    )
    for (const [index, { status, body }] of answers.entries()) {
      if (status === 200) expect(JSON.parse(body).subject).toBe(`user ${index}`)
    }
    verifier.close()
    await api.stop()
  })

  test('decides by the requirements of each route when a token is sent again', async () => {
    const workshop = await openWorkshop()
    const verifier = createAccessTokenVerifier({ ...workshop.options, ...more })
    const api = await start({ verifier })
    const token = workshop.token()
    const statuses: number[] = []
    for (const path of ['/messages', '/admin', '/messages', '/any', '/admin']) {
      statuses.push((await askWith(token, api.url + path)).status)
    }

    expect(statuses).toEqual([200, 403, 200, 200, 403])
    verifier.close()
    await api.stop()
  })
})
