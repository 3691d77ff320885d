import { NestFactory } from '@nestjs/core'
import { WsAdapter } from '@nestjs/platform-ws'
import { checkApi } from '../check.cjs'
import { checkGateway } from '../check-gateway.cjs'
import { AppModule } from './app.module.js'

async function main() {
  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  app.useWebSocketAdapter(new WsAdapter(app))
  await app.listen(0, '127.0.0.1')
  await checkApi(`${await app.getUrl()}/messages`)
  await checkGateway(await app.getUrl())
  await app.close()
  console.log('checked')
}

void main()
