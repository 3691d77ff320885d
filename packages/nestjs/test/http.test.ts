import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  Post,
  Req,
} from '@nestjs/common'
import { bearer, scriptedFetch, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { ask } from '../../../test/contract/ask.ts'
import { Auth, authOf, Public, RequireAuth, RequireScopes, type VerifiedAccessToken } from '../src/index.ts'
import { createApp, get, Log, listen, PLATFORMS, published, start, token } from './apps.ts'

const subjectOf = (auth: VerifiedAccessToken | undefined) => ({ subject: auth?.subject ?? null })

@Controller()
class Messages {
  @Get('any')
  any(@Auth() auth: VerifiedAccessToken) {
    return subjectOf(auth)
  }

  @Post('any')
  post(@Auth() auth: VerifiedAccessToken) {
    return subjectOf(auth)
  }

  @RequireScopes('messages:admin', 'messages:write')
  @Get('admin')
  admin() {
    return {}
  }

  @Public()
  @Get('open')
  open(@Auth() auth: VerifiedAccessToken | undefined) {
    return subjectOf(auth)
  }

  @RequireAuth({ credentials: 'optional' })
  @Get('optional')
  optional(@Auth() auth: VerifiedAccessToken | undefined) {
    return subjectOf(auth)
  }
}

const parts = { controllers: [Messages] }

describe.each(PLATFORMS)('a controller on %s', (platform) => {
  it('passes the verified token to the parameter with @Auth()', async () => {
    const url = await start(parts, undefined, { platform })
    const response = await get(`${url}/any`, token)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ subject: 'someone@example.com' })
    expect(response.headers.get('www-authenticate')).toBeNull()
  })

  it('is refused with status, challenge and a body of fixed text, and without an ERROR in the log', async () => {
    const log = new Log()
    const url = await start(parts, undefined, { platform, log })
    const missing = await get(`${url}/any`)
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"'])
    expect(missing.headers.get('cache-control')).toBe('no-store')
    expect(await missing.json()).toEqual({ message: 'Unauthorized' })

    const expired = await get(`${url}/any`, signToken({ claims: { exp: 1 } }))
    expect(expired.status).toBe(401)
    expect(expired.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(await expired.json()).toEqual({
      error: 'invalid_token',
      error_description: 'The access token has expired',
    })

    const lacking = await get(`${url}/admin`, token)
    expect(lacking.status).toBe(403)
    expect(lacking.headers.get('www-authenticate')).toContain('scope="messages:admin messages:write"')
    expect(log.lines).toEqual([])
  })

  it('is answered with 503 and Retry-After while the keys are unavailable', async () => {
    const log = new Log()
    const { fetch } = scriptedFetch(() => new Error('no network'))
    const { jwks, ...options } = verifierOptions()
    const url = await start(parts, { ...options, fetch }, { platform, log })
    const { status, headers } = await get(`${url}/any`, token)
    expect([status, headers.get('www-authenticate')]).toEqual([503, null])
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(log.lines).toEqual([])
  })

  it('is called without a token if it is @Public(), and a token is then ignored', async () => {
    const url = await start(parts, undefined, { platform })
    for (const bad of [undefined, 'nonsense', token]) {
      const response = await get(`${url}/open`, bad)
      expect([response.status, await response.json()]).toEqual([200, { subject: null }])
    }
  })

  it('is called without a token if credentials are optional, but not with a bad one', async () => {
    const url = await start(parts, undefined, { platform })
    expect(await (await get(`${url}/optional`)).json()).toEqual({ subject: null })
    expect(await (await get(`${url}/optional`, token)).json()).toEqual({ subject: 'someone@example.com' })
    expect((await get(`${url}/optional`, 'nonsense')).status).toBe(401)
  })

  it('refuses a token in a form, and a second Authorization header', async () => {
    const url = await start(parts, undefined, { platform })
    const body = new URLSearchParams({ access_token: token })
    const form = await fetch(`${url}/any`, { method: 'POST', body, headers: bearer(token) })
    expect(form.status).toBe(400)
    const [first, second] = Object.entries(bearer(token)).flat()
    const twice = await ask(`${url}/any`, [first, second, first, second] as string[])
    expect(twice.status).toBe(400)
    expect(twice.headers['www-authenticate']).toContain('error="invalid_request"')
  })

  it('keeps the challenge whatever filter responds, with the status of the refusal only', async () => {
    @Catch()
    class EverythingFilter implements ExceptionFilter {
      catch(exception: unknown, host: ArgumentsHost) {
        const status = exception instanceof HttpException ? exception.getStatus() : 500
        const response = host.switchToHttp().getResponse()
        const recovers = host.switchToHttp().getRequest().url.includes('recover')
        response.status(recovers ? 200 : status).send({ mine: true })
      }
    }
    const app = await createApp(parts, undefined, { platform })
    app.useGlobalFilters(new EverythingFilter())
    const url = await listen(app)
    const refused = await get(`${url}/any`)
    expect([refused.status, await refused.json()]).toEqual([401, { mine: true }])
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    const recovered = await get(`${url}/any?recover`)
    expect([recovered.status, recovered.headers.get('www-authenticate')]).toEqual([200, null])
    expect(recovered.headers.get('cache-control')).not.toBe('no-store')
  })

  it('does not replace a header that an exception filter sets', async () => {
    @Catch(HttpException)
    class OwnChallenge implements ExceptionFilter {
      catch(exception: HttpException, host: ArgumentsHost) {
        const response = host.switchToHttp().getResponse()
        response.header('www-authenticate', 'Mine').status(exception.getStatus()).send({})
      }
    }
    const app = await createApp(parts, undefined, { platform })
    app.useGlobalFilters(new OwnChallenge())
    expect((await get(`${await listen(app)}/any`)).headers.get('www-authenticate')).toBe('Mine')
  })

  it('renders the realm of its verifier, and publishes each refusal', async () => {
    const refused = published('okta-resource-server:token.refused')
    const url = await start(parts, { ...verifierOptions(), realm: 'messages' }, { platform })
    const { headers } = await get(`${url}/admin`, token)
    expect(headers.get('www-authenticate')).toContain('realm="messages"')
    expect(refused).toMatchObject([{ code: 'insufficient_scope', requirement: 'scopes' }])
  })

  it('sees the same token by authOf(), of the request of the platform and of Node', async () => {
    const seen: unknown[] = []
    @Controller()
    class Me {
      @Get('me')
      me(@Auth() auth: VerifiedAccessToken, @Req() request: { raw?: object }) {
        seen.push(authOf(request) === auth, authOf(request.raw ?? request) === auth)
        return {}
      }
    }
    const url = await start({ controllers: [Me] }, undefined, { platform })
    expect((await get(`${url}/me`, token)).status).toBe(200)
    expect(seen).toEqual([true, true])
  })
})

describe('a property raw that a middleware of the application has set', () => {
  const startWith = async (raw: unknown): Promise<string> => {
    const app = await createApp(parts)
    app.use((request: { raw: unknown }, _response: unknown, next: () => void) => {
      request.raw = raw
      next()
    })
    return listen(app)
  }

  it('is not taken for the request, so that no request gets the token of another', async () => {
    const url = await startWith(Buffer.from('shared'))
    expect(await (await get(`${url}/any`, token)).json()).toEqual({ subject: 'someone@example.com' })
    expect(await (await get(`${url}/open`)).json()).toEqual({ subject: null })
  })

  it('can be a string', async () => {
    const url = await startWith('{}')
    expect((await get(`${url}/any`, token)).status).toBe(200)
  })
})
