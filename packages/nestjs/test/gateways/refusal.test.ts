import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Logger } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { refusalOfSocketIo, refuseUpgrade } from '../../src/gateways/refusal.ts'
import { InvalidTokenError } from '../../src/index.ts'
import { Log } from '../apps.ts'

describe('a handshake that fails', () => {
  it('because of a fault gets a 500 that says nothing, and the fault is logged', async () => {
    const log = new Log()
    Logger.overrideLogger(log)
    const socket = new PassThrough()
    refuseUpgrade(socket, new Error('a secret'))
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
    expect(answer).not.toContain('secret')
    expect(refusalOfSocketIo(new Error('a secret'))).toMatchObject({
      message: 'The request could not be processed',
      data: { status: 500, body: { error: 'server_error' } },
    })
    expect(log.lines).toEqual(['ERROR: a secret', 'ERROR: a secret'])
  })

  it('because it is refused is not logged', async () => {
    const log = new Log()
    Logger.overrideLogger(log)
    const socket = new PassThrough()
    refuseUpgrade(socket, new InvalidTokenError('token_expired'))
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n(.*\r\n)*connection: close\r\n/)
    expect(log.lines).toEqual([])
  })
})
