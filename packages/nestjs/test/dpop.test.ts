import { Controller, Get } from '@nestjs/common'
import { NOW, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { Auth, RequireAuth, type VerifiedAccessToken } from '../src/index.ts'
import { PLATFORMS, start } from './apps.ts'
import { boundToken, dpopHeaders } from './dpop.ts'

@Controller()
class Messages {
  @RequireAuth({ possession: 'dpop' })
  @Get('any')
  any(@Auth() auth: VerifiedAccessToken) {
    return { subject: auth.subject }
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
