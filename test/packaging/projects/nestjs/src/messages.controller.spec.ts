import type { INestApplication } from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import { Test } from '@nestjs/testing'
import { ACCESS_TOKEN_VERIFIER, OktaAuthGuard, OktaAuthModule } from '@okta-resource-server/nestjs'
import { checkApi, options } from '../check.cjs'
import { checkGateway } from '../check-gateway.cjs'
import { AppModule } from './app.module'
import { MessagesController } from './messages.controller'

describe('MessagesController', () => {
  let app: INestApplication

  afterEach(() => app?.close())

  it('is protected', async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile()
    app = testing.createNestApplication()
    app.useWebSocketAdapter(new WsAdapter(app))
    await app.listen(0, '127.0.0.1')
    await checkApi(`${await app.getUrl()}/messages`)
    await checkGateway(await app.getUrl())
  })

  it('can be tested without the guard', async () => {
    const testing = await Test.createTestingModule({
      imports: [OktaAuthModule.forRoot(options)],
      controllers: [MessagesController],
    })
      .overrideProvider(OktaAuthGuard)
      .useValue({ canActivate: () => true })
      .compile()
    app = testing.createNestApplication()
    expect(testing.get(MessagesController).health()).toEqual(testing.get(ACCESS_TOKEN_VERIFIER).status())
  })
})
