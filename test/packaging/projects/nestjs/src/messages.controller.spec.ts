import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { ACCESS_TOKEN_VERIFIER, OktaAuthGuard, OktaAuthModule } from '@okta-resource-server/nestjs'
import { checkApi, options } from '../check.cjs'
import { AppModule } from './app.module'
import { MessagesController } from './messages.controller'

describe('MessagesController', () => {
  let app: INestApplication

  afterEach(() => app?.close())

  it('is protected', async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile()
    app = testing.createNestApplication()
    await app.listen(0, '127.0.0.1')
    await checkApi(`${await app.getUrl()}/messages`)
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
