import { Controller, Get } from '@nestjs/common'
import { signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { Public, RequireAuth, RequireScopes } from '../src/index.ts'
import { get, start } from './apps.ts'

const READ = 'messages:read'
const ADMIN = 'messages:admin'

@Public()
@Controller('open')
class Open {
  @Get('any')
  any() {}

  @RequireAuth()
  @Get('closed')
  closed() {}

  @RequireScopes(ADMIN)
  @Get('admin')
  admin() {}
}

@RequireScopes(READ)
@Controller('read')
class Read {
  @Get('any')
  any() {}

  @RequireScopes(ADMIN)
  @Get('admin')
  admin() {}

  @RequireAuth({ claims: { ver: 1 } })
  @RequireScopes('profile')
  @Get('several')
  several() {}

  @RequireAuth({ claims: { ver: 2 } })
  @RequireScopes('profile')
  @Get('several-unmet')
  severalUnmet() {}

  @RequireAuth({ credentials: 'optional' })
  @Get('optional')
  optional() {}

  @Public()
  @Get('open')
  open() {}
}

/** Has the requirement of its base class, and its own. */
@RequireScopes('profile')
@Controller('inherited')
class Inherited extends Read {}

/** Replaces what its base class requires. */
@Public()
@Controller('opened')
class Opened extends Read {}

/** Replaces the @Public() of its base class. */
@RequireScopes(READ)
@Controller('narrowed')
class Narrowed extends Open {}

@Controller('plain')
class Plain {
  @Get('any')
  any() {}

  @RequireScopes(READ)
  @Get('read')
  read() {}

  @RequireAuth({ scopes: [ADMIN], credentials: 'optional' })
  @Get('optional')
  optional() {}
}

const controllers = [Open, Read, Inherited, Opened, Narrowed, Plain]
const full = signToken()
const onlyRead = signToken({ claims: { scp: [READ] } })
const admin = signToken({ claims: { scp: [READ, ADMIN] } })
const none = signToken({ claims: { scp: ['profile'] } })

/** The status for no token, and for tokens with the scopes `profile`; read and `profile`; read and admin. */
async function statuses(url: string): Promise<number[]> {
  return Promise.all([undefined, none, full, admin].map(async (each) => (await get(url, each)).status))
}

describe('what a handler requires', () => {
  it('is a valid token unless a decorator says otherwise', async () => {
    const url = await start({ controllers })
    expect(await statuses(`${url}/plain/any`)).toEqual([401, 200, 200, 200])
    expect(await statuses(`${url}/plain/read`)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${url}/plain/optional`)).toEqual([200, 403, 403, 200])
  })

  it('is its own requirement if its class is @Public()', async () => {
    const url = await start({ controllers })
    expect(await statuses(`${url}/open/any`)).toEqual([200, 200, 200, 200])
    expect(await statuses(`${url}/open/closed`)).toEqual([401, 200, 200, 200])
    expect(await statuses(`${url}/open/admin`)).toEqual([401, 403, 403, 200])
  })

  it('is what its class requires and what it requires itself, of all decorators', async () => {
    const url = await start({ controllers })
    expect(await statuses(`${url}/read/any`)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${url}/read/admin`)).toEqual([401, 403, 403, 200])
    expect(await statuses(`${url}/read/several`)).toEqual([401, 403, 200, 403])
    expect(await statuses(`${url}/read/several-unmet`)).toEqual([401, 403, 403, 403])
    expect(await statuses(`${url}/read/optional`)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${url}/read/open`)).toEqual([200, 200, 200, 200])
  })

  it('includes what the base class of its class requires, unless one of them is @Public()', async () => {
    const url = await start({ controllers })
    expect(await statuses(`${url}/inherited/any`)).toEqual([401, 403, 200, 403])
    expect((await get(`${url}/inherited/any`, onlyRead)).status).toBe(403)
    expect(await statuses(`${url}/opened/any`)).toEqual([200, 200, 200, 200])
    expect(await statuses(`${url}/opened/admin`)).toEqual([401, 403, 403, 200])
    expect(await statuses(`${url}/narrowed/any`)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${url}/narrowed/admin`)).toEqual([401, 403, 403, 200])
  })

  it('is nothing if the module has optional credentials, except where there is a requirement', async () => {
    const { verifierOptions } = await import('@okta-resource-server/testing')
    const url = await start({ controllers }, { ...verifierOptions(), credentials: 'optional' })
    expect(await statuses(`${url}/plain/any`)).toEqual([200, 200, 200, 200])
    expect((await get(`${url}/plain/any`, 'nonsense')).status).toBe(401)
    expect(await statuses(`${url}/plain/read`)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${url}/open/closed`)).toEqual([401, 200, 200, 200])
  })
})

describe('a decorator', () => {
  const define = (...decorators: readonly (ClassDecorator & MethodDecorator)[]) => {
    class Something {
      handler() {}
    }
    for (const decorate of decorators) decorate(Something)
    return Something
  }

  it('throws if a class or a handler is @Public() and has a requirement, in any order', () => {
    const message = /Something is @Public\(\) and has a requirement; remove one/
    expect(() => define(Public(), RequireScopes(READ))).toThrow(message)
    expect(() => define(RequireScopes(READ), Public())).toThrow(message)
    expect(() => {
      class Something {
        @Public()
        @RequireAuth()
        handler() {}
      }
      return Something
    }).toThrow(/handler is @Public\(\) and has a requirement/)
    expect(() => define(Public(), Public())).not.toThrow()
  })

  it('throws for requirements that are empty, malformed or unknown', () => {
    expect(() => RequireScopes()).toThrow(/scopes/)
    expect(() => RequireScopes('two words')).toThrow(/scopes/)
    expect(() => RequireAuth({})).toThrow(/empty/)
    expect(() => RequireAuth({ scope: [READ] } as never)).toThrow(/scope is not a requirement/)
    expect(() => RequireAuth(false as never)).toThrow(/takes an object/)
    expect(() => RequireAuth(Object.create({ scopes: [READ] }))).toThrow(/takes an object/)
    expect(() => RequireAuth({ credentials: 'maybe' as never })).toThrow(/credentials must be/)
    expect(() => RequireAuth({ credentials: undefined as never })).toThrow(/empty/)
  })
})
