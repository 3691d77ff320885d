import { createAccessTokenVerifier } from '@okta-resource-server/core'

/** Uses a verifier in a process that must then exit: no timer or idle connection may keep it alive. */
const { ISSUER: issuer = '', TOKEN: token = '' } = process.env
const [task] = process.argv.slice(2)
const verifier = createAccessTokenVerifier({ issuer, audience: 'api://default' })

async function outcome(): Promise<string> {
  try {
    await verifier.verify(token)
    return 'accepted'
  } catch (error) {
    return String((error as { code?: unknown }).code)
  }
}

if (task === 'close-in-flight') {
  const pending = outcome()
  setTimeout(() => verifier.close(), 100)
  console.log(await pending)
} else {
  console.log(await outcome())
  if (task !== 'leave-open') verifier.close()
}
