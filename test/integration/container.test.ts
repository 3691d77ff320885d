import { prepareImageContext } from '@okta-resource-server/authorization-server/prepare-image'
import { totp } from '@okta-resource-server/mfa-otp'
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { describeFlow, type SignIn } from './flow.ts'

const PORT = 9_000
const user = {
  username: 'ada@example.com',
  password: 'correct horse battery staple',
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
}

async function isEngineAvailable(): Promise<boolean> {
  try {
    await getContainerRuntimeClient()
    return true
  } catch {
    return false
  }
}

if (await isEngineAvailable()) {
  describe('the MFA OTP flow against the authorization server in a container', () => {
    let container: StartedTestContainer
    let described: { readonly audience: string; readonly client_id: string }

    beforeAll(async () => {
      const image = await GenericContainer.fromDockerfile(await prepareImageContext()).build(
        'okta-resource-server/authorization-server:test',
        { deleteOnExit: false },
      )
      container = await image
        .withExposedPorts(PORT)
        .withEnvironment({
          AUTHORIZATION_SERVER_USERNAME: user.username,
          AUTHORIZATION_SERVER_PASSWORD: user.password,
          AUTHORIZATION_SERVER_TOTP_SECRET: user.totpSecret,
        })
        .withWaitStrategy(Wait.forHttp('/health', PORT).forStatusCode(200))
        .start()
      const log = await container.logs()
      described = await new Promise((resolve, reject) => {
        log.once('data', (line: Buffer | string) =>
          resolve(JSON.parse(String(line).split('\n')[0] as string)),
        )
        log.once('error', reject)
      })
      log.destroy()
    })
    // Undefined if beforeAll failed before the container was started.
    afterAll(async () => {
      await container?.stop()
    })

    describeFlow(
      (): SignIn => ({
        issuer: `http://${container.getHost()}:${container.getMappedPort(PORT)}/oauth2/default`,
        audience: described.audience,
        clientId: described.client_id,
        username: user.username,
        password: user.password,
        otp: () => totp(user.totpSecret),
        scope: 'openid profile messages:read',
        hasMessagesScope: true,
      }),
    )
  })
} else {
  test('the MFA OTP flow against the authorization server in a container', ({ skip }) => {
    skip('no container engine is available; start Docker to run this test')
  })
}
