import { Controller, Get, Inject } from '@nestjs/common'
import {
  ACCESS_TOKEN_VERIFIER,
  type AccessTokenVerifier,
  Auth,
  Public,
  RequireScopes,
  type VerifiedAccessToken,
} from '@okta-resource-server/nestjs'

@Controller()
export class MessagesController {
  constructor(@Inject(ACCESS_TOKEN_VERIFIER) private readonly verifier: AccessTokenVerifier) {}

  @RequireScopes('messages:read')
  @Get('messages')
  messages(@Auth() auth: VerifiedAccessToken) {
    // @ts-expect-error: the types are not any
    auth.nothing
    return { subject: auth.subject }
  }

  @Public()
  @Get('health')
  health() {
    return this.verifier.status()
  }
}
