import { Controller, Get } from '@nestjs/common'
import { verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createApp, get, listen, PLATFORMS, token } from './apps.ts'

@Controller()
class Routes {
  @Get([':first/:second/:third', 'messages'])
  any() {
    return {}
  }
}

const resource = 'https://api.example.com/v1'

describe.each(PLATFORMS)('protected resource metadata on %s', (platform) => {
  it.each(['', 'v1'])(
    'are open, and each challenge names them, with the global prefix "%s" [PRM-01] [PRM-05]',
    async (prefix) => {
      const options = { ...verifierOptions(), resource }
      const app = await createApp({ controllers: [Routes] }, options, { platform })
      app.setGlobalPrefix(prefix)
      const url = await listen(app)
      const response = await get(`${url}/.well-known/oauth-protected-resource/v1`)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ resource, authorization_servers: [options.issuer] })
      const refused = await get(`${url}/${prefix}/messages`.replace('//messages', '/messages'))
      expect(refused.headers.get('www-authenticate')).toContain(
        'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"',
      )
      expect((await get(`${url}/${prefix}/messages`.replace('//messages', '/messages'), token)).status).toBe(
        200,
      )
    },
  )

  it('are not served without the option resource', async () => {
    const app = await createApp({ controllers: [Routes] }, undefined, { platform })
    expect((await get(`${await listen(app)}/.well-known/oauth-protected-resource/v1`)).status).toBe(401)
  })
})
