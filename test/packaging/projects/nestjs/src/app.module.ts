import { Module } from '@nestjs/common'
import { OktaAuthModule } from '@okta-resource-server/nestjs'
import { options } from '../check.cjs'
import { MessagesController } from './messages.controller.js'
import { MessagesGateway } from './messages.gateway.js'

@Module({
  imports: [OktaAuthModule.forRoot(options)],
  controllers: [MessagesController],
  providers: [MessagesGateway],
})
export class AppModule {}
