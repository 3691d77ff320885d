import { Controller, Get } from '@nestjs/common'
import { verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { ACCESS_TOKEN_VERIFIER, protectedResourceMetadata } from '../src/index.ts'
import { createApp, get, listen, PLATFORMS, token } from './apps.ts'

const PATH = '/.well-known/oauth-protected-resource/v1'
const options = { ...verifierOptions(), resource: 'https://api.example.com/v1' }

@Controller()
class Messages {
  @Get('messages')
  messages() {
    return []
  }
}

describe.each(PLATFORMS)('protectedResourceMetadata on %s', (platform) => {
  it('serves the document that challenges name, to everyone, whatever the prefix of the application [PRM-01] [PRM-05]', async () => {
    const app = await createApp({ controllers: [Messages] }, options, { platform })
    app.setGlobalPrefix('v1')
    app.use(protectedResourceMetadata({ verifier: app.get(ACCESS_TOKEN_VERIFIER) }))
    const url = await listen(app)

    for (const path of [PATH, `${PATH}/`]) {
      const response = await get(`${url}${path}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({ resource: 'https://api.example.com/v1' })
    }
    const refused = await get(`${url}/v1/messages`)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain(
      `resource_metadata="https://api.example.com${PATH}"`,
    )
    expect((await get(`${url}/v1/messages`, token)).status).toBe(200)
  })
})
