import 'reflect-metadata'
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Req,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import type { Request, RequestHandler } from 'express'
import { checkApi, options } from '../check.cjs'

const authenticate = oktaAuth(options)
const authorize = requireScopes('messages:read')

// As in the sample: a guard calls the middleware of Express.
@Injectable()
class AuthorizationGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp()
    for (const handler of [authenticate, authorize] as RequestHandler[]) {
      await new Promise<void>((resolve, reject) => {
        const next = (error?: unknown) => (error === undefined ? resolve() : reject(error))
        handler(http.getRequest(), http.getResponse(), next)
      })
    }
    return true
  }
}

@Controller('messages')
class MessagesController {
  @UseGuards(AuthorizationGuard)
  @Get()
  messages(@Req() req: Request) {
    return { subject: req.auth.subject }
  }
}

@Module({ controllers: [MessagesController] })
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, { logger: false })
  await app.listen(0, '127.0.0.1')
  await checkApi(`${await app.getUrl()}/messages`)
  await app.close()
  console.log('passed')
}
void main()
