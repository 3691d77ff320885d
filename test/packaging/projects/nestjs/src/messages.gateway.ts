import { UseGuards } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { Auth, OktaAuthGuard, type VerifiedAccessToken } from '@okta-resource-server/nestjs'

@UseGuards(OktaAuthGuard)
@WebSocketGateway()
export class MessagesGateway {
  @SubscribeMessage('me')
  me(@Auth() auth: VerifiedAccessToken) {
    return { event: 'me', data: auth.subject }
  }
}
