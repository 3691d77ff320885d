// A NestJS API protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import 'reflect-metadata'
import {
  Controller,
  Get,
  type INestApplication,
  Inject,
  Module,
  ServiceUnavailableException,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ACCESS_TOKEN_VERIFIER,
  type AccessTokenVerifier,
  Auth,
  OktaAuthModule,
  Public,
  RequireScopes,
  type VerifiedAccessToken,
} from '@okta-resource-server/nestjs'

@Controller()
class MessagesController {
  // Every handler needs a valid token, unless it is @Public().
  @Get('profile')
  profile(@Auth() { subject, clientId, scopes }: VerifiedAccessToken) {
    return { subject, clientId, scopes }
  }

  @RequireScopes('messages:read')
  @Get('messages')
  messages(@Auth() auth: VerifiedAccessToken) {
    return [{ to: auth.subject, text: 'Hello' }]
  }
}

@Controller('health')
class HealthController {
  readonly #verifier: AccessTokenVerifier

  constructor(@Inject(ACCESS_TOKEN_VERIFIER) verifier: AccessTokenVerifier) {
    this.#verifier = verifier
  }

  // The response is 503 until the keys have been fetched.
  @Public()
  @Get()
  health() {
    const { ready, issuers } = this.#verifier.status()
    // `lastError` is left out because it contains URLs of your network. Log it instead.
    const status = { ready, issuers: issuers.map(({ lastError, ...issuer }) => issuer) }
    if (!ready) throw new ServiceUnavailableException(status)
    return status
  }
}

@Module({
  imports: [OktaAuthModule.forRoot()],
  controllers: [MessagesController, HealthController],
})
class AppModule {}

// Browsers send preflight requests without a token. Nest responds to them before guards run, if CORS is enabled:
// app.enableCors({ origin: 'https://app.example.com', exposedHeaders: ['WWW-Authenticate'] })
export async function createApp(): Promise<INestApplication> {
  const isTest = process.env.NODE_ENV === 'test'
  return NestFactory.create(AppModule, { forceCloseConnections: true, ...(isTest && { logger: false }) })
}
