import { Controller, type ExecutionContext, Get } from '@nestjs/common'
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OktaAuthGuard, Public, RequireAuth, RequireScopes } from '../src/index.ts'
import { createApp, failure, freePort, get, listen, token } from './apps.ts'

let called: string[] = []

@Controller()
class Commands {
  @MessagePattern('closed')
  closed() {
    called.push('closed')
    return 'closed'
  }

  @RequireAuth({ credentials: 'optional' })
  @MessagePattern('optional')
  optional() {
    called.push('optional')
    return 'optional'
  }

  @Public()
  @MessagePattern('open')
  open() {
    called.push('open')
    return 'open'
  }

  @Get('http')
  http() {
    return {}
  }
}

describe('a kind of context that the guard does not know', () => {
  it('is refused unless the handler is @Public(): messages of a microservice that inherits the global guard', async () => {
    called = []
    const app = await createApp({ controllers: [Commands] })
    const options = { host: '127.0.0.1', port: await freePort() }
    app.connectMicroservice({ transport: Transport.TCP, options }, { inheritAppConfig: true })
    await app.startAllMicroservices()
    const url = await listen(app)
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options })
    onTestFinished(() => client.close())
    const send = (pattern: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        client.send(pattern, {}).subscribe({ next: resolve, error: reject })
      })

    expect(await send('open')).toBe('open')
    for (const pattern of ['closed', 'optional']) {
      await expect(send(pattern)).rejects.toMatchObject({ status: 'error' })
    }
    expect(called).toEqual(['open'])
    expect((await get(`${url}/http`, token)).status).toBe(200)
  })

  it.each(['rpc', 'telegraf', 'necord', '', undefined])('is refused: %s', async (type) => {
    class Bot {
      @RequireScopes('messages:read')
      scoped() {}
      plain() {}
      @RequireAuth({ credentials: 'optional' })
      optional() {}
    }
    const app = await createApp({})
    const guard = app.get(OktaAuthGuard)
    for (const handler of [Bot.prototype.scoped, Bot.prototype.plain, Bot.prototype.optional]) {
      const args = [{ headers: { authorization: `Bearer ${token}` }, rawHeaders: [] }, {}, {}]
      const context: Partial<ExecutionContext> = {
        getType: () => type as never,
        getArgs: () => args as never,
        getArgByIndex: (index: number) => args[index] as never,
        getHandler: () => handler,
        getClass: () => Bot as never,
      }
      const call = async (): Promise<unknown> => guard.canActivate(context as ExecutionContext)
      expect(await failure(call())).toBe('The request has no access token')
    }
  })
})
