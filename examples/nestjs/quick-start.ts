import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  Auth,
  OktaAuthModule,
  Public,
  RequireScopes,
  type VerifiedAccessToken,
} from '@okta-resource-server/nestjs'

@Controller()
class MessagesController {
  @RequireScopes('messages:read')
  @Get('messages')
  messages(@Auth() auth: VerifiedAccessToken) {
    return auth.claims
  }

  @Public()
  @Get('health')
  health() {
    return { ok: true }
  }
}

// Protects every handler. Or forRoot({ issuer, audience }), or forRoot({ verifier }).
@Module({ imports: [OktaAuthModule.forRoot()], controllers: [MessagesController] })
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create(AppModule)
  await app.listen(Number(process.env.PORT ?? 3000))
}
void bootstrap()
