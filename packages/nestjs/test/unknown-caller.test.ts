import { Controller, Get, Injectable, type Type } from '@nestjs/common'
import { verifierOptions } from '@okta-resource-server/testing'
import { recordWarnings } from '@okta-resource-server/testing/vitest'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier, Public, RequireAuth } from '../src/index.ts'
import { createApp } from './apps.ts'

@RequireAuth({ caller: 'user' })
@Controller('class')
class OfClass {
  @Get()
  hello() {
    return 'hello'
  }
}

class Base {
  @RequireAuth({ anyOf: [{ caller: 'user' }, { caller: 'service', scopes: ['a'] }] })
  @Get()
  hello() {
    return 'hello'
  }
}

@Controller('inherited')
class Inherited extends Base {}

@Controller('replaced')
class Replaced extends Base {
  @RequireAuth({ scopes: ['a'] })
  override hello() {
    return 'hello'
  }
}

@RequireAuth({ scopes: ['a'] })
@Controller('open')
class Open {
  @Public()
  @Get()
  hello() {
    return 'hello'
  }
}

/** As resolvers and gateways are. */
@Injectable()
class OfProvider {
  @RequireAuth({ caller: 'service' })
  hello() {
    return 'hello'
  }
}

describe('a handler that requires a caller, although no token can name one,', () => {
  it.each<[string, { controllers?: Type[]; providers?: unknown[] }, number]>([
    ['by its class', { controllers: [OfClass] }, 1],
    ['in a base class', { controllers: [Inherited] }, 1],
    ['of a provider', { providers: [OfProvider] }, 1],
    ['which is not part of the application', {}, 0],
    ['in a base class, which its class replaces', { controllers: [Replaced] }, 0],
    [
      'beside values and factories',
      {
        providers: [
          { provide: 'a', useValue: null },
          { provide: 'b', useFactory: () => 1 },
        ],
      },
      0,
    ],
    ['or does not', { controllers: [Open] }, 0],
  ])('is reported when the application starts: %s', async (_title, parts, count) => {
    // There may be other verifiers in the process.
    const other = createAccessTokenVerifier(verifierOptions())
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    const app = await createApp(parts, { ...verifierOptions(), profile: 'rfc9068' })
    await app.init()
    expect(warnings).toHaveLength(count)
    other.close()
  })

  it('is not reported if tokens can name it', async () => {
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    await (await createApp({ controllers: [OfClass, Inherited] })).init()
    expect(warnings).toEqual([])
  })
})
