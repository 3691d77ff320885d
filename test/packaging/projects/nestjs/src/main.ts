import { NestFactory } from '@nestjs/core'
import { checkApi } from '../check.cjs'
import { AppModule } from './app.module.js'

async function main() {
  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  await checkApi(`${await app.getUrl()}/messages`)
  await app.close()
  console.log('checked')
}

void main()
