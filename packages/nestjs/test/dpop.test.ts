import { Controller, Get } from '@nestjs/common'
import { Query, Resolver } from '@nestjs/graphql'
import { NOW, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { Auth, RequireAuth, RequireScopes, type VerifiedAccessToken } from '../src/index.ts'
import { PLATFORMS, start } from './apps.ts'
import { boundToken, dpopHeaders } from './dpop.ts'
import { SERVERS, serve } from './graphql/servers.ts'

@Controller()
class Messages {
  @RequireAuth({ possession: 'dpop' })
  @Get('any')
  any(@Auth() auth: VerifiedAccessToken) {
    return { subject: auth.subject }
  }
}

@Resolver()
class Queries {
  @Query(() => String)
  me(@Auth() auth: VerifiedAccessToken) {
    return auth.subject
  }

  @RequireScopes('messages:admin')
  @Query(() => String, { nullable: true })
  maybe() {
    return 'maybe'
  }
}

const PUBLIC = 'https://api.example.com'
const FORWARDED = { 'x-forwarded-host': 'api.example.com', 'x-forwarded-proto': 'https' }

/** Sends a GET with a proof for a URL. */
const get = async (url: string, htu: string, headers: object = {}): Promise<Response> =>
  fetch(url, { headers: { ...dpopHeaders(htu, boundToken()), ...headers } })

describe.each(PLATFORMS)('DPoP in a controller on %s', (platform) => {
  const parts = { controllers: [Messages] }

  it('accepts a bound token with a proof, and refuses it without', async () => {
    const url = `${await start(parts, undefined, { platform })}/any`
    expect((await get(url, url)).status).toBe(200)
    const without = await get(url, url, { dpop: '' })
    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toContain('DPoP realm="api", error="invalid_dpop_proof"')
  })

  it('compares the proof with forwarded headers if the platform trusts the proxy, and only then', async () => {
    for (const trustProxy of [true, false]) {
      const url = `${await start(parts, undefined, { platform, trustProxy })}/any`
      const statuses = [
        (await get(url, `${PUBLIC}/any`, FORWARDED)).status,
        (await get(url, url, FORWARDED)).status,
        (await get(url, url)).status,
        (await get(url, `${PUBLIC}/any`)).status,
      ]
      expect(statuses).toEqual(trustProxy ? [200, 401, 200, 401] : [401, 200, 200, 401])
    }
  })

  it('asks for a nonce, and adds the next one to a response of 200', async () => {
    let now = NOW
    const nonce = { secrets: ['a secret that has thirty-two bytes'] }
    const options = { ...verifierOptions(), clock: () => now * 1_000, dpop: { nonce } }
    const url = `${await start(parts, options, { platform })}/any`
    const asked = await get(url, url)
    const first = asked.headers.get('dpop-nonce') as string
    expect([asked.status, first]).toEqual([401, expect.any(String)])
    expect(asked.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"')
    const send = () => fetch(url, { headers: dpopHeaders(url, boundToken(), { nonce: first }) })
    const accepted = await send()
    expect([accepted.status, accepted.headers.get('dpop-nonce')]).toEqual([200, null])
    now += 80
    const later = await send()
    expect([later.status, later.headers.get('dpop-nonce')]).toEqual([200, expect.any(String)])
    expect(later.headers.get('dpop-nonce')).not.toBe(first)
    expect(later.headers.get('cache-control')).toBe('no-store')
  })
})

describe.each(SERVERS.map((each) => [each.name, each] as const))(
  'DPoP in a resolver on %s',
  (_name, server) => {
    it('accepts a proof for all fields of a query, and for no other query', async () => {
      const url = `${await serve(server, { resolvers: [Queries] })}/graphql`
      const headers = {
        'content-type': 'application/json',
        ...dpopHeaders(url, boundToken(), { htm: 'POST' }),
      }
      const fields = Array.from({ length: 100 }, (_, index) => `a${index}: me`)
      const body = JSON.stringify({ query: `{ ${fields.join(' ')} maybe }` })
      const send = async () => (await fetch(url, { method: 'POST', headers, body })).json()
      const { data, errors } = (await send()) as { data: object; errors: object[] }
      expect(Object.values(data).filter((each) => each === 'someone@example.com')).toHaveLength(100)
      expect(errors).toMatchObject([{ extensions: { reason: 'insufficient_scope' } }])
      const { errors: others } = (await send()) as { errors: object[] }
      expect(others[0]).toMatchObject({ extensions: { reason: 'proof_replayed' } })
    })

    it('compares the proof with forwarded headers if the platform trusts the proxy, and only then', async () => {
      for (const trustProxy of [true, false]) {
        const url = `${await serve(server, { resolvers: [Queries], trustProxy })}/graphql`
        const send = async (htu: string, more: object = {}) => {
          const headers = {
            'content-type': 'application/json',
            ...dpopHeaders(htu, boundToken(), { htm: 'POST' }),
          }
          const body = JSON.stringify({ query: '{ me }' })
          return (await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body })).status
        }
        const statuses = [
          await send(`${PUBLIC}/graphql`, FORWARDED),
          await send(url, FORWARDED),
          await send(url),
          await send(`${PUBLIC}/graphql`),
        ]
        expect(statuses).toEqual(trustProxy ? [200, 401, 200, 401] : [401, 200, 200, 401])
      }
    })
  },
)
