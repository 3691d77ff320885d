// Starts the API on PORT (default: 3000).
import { ACCESS_TOKEN_VERIFIER, type AccessTokenVerifier } from '@okta-resource-server/nestjs'
import { createApp } from './app.ts'

const app = await createApp()

// Optional: fetches the keys before the first request. If this fails, the verifier retries in the background.
const verifier: AccessTokenVerifier = app.get(ACCESS_TOKEN_VERIFIER)
verifier.ready().catch((error: Error) => console.error(error.message))

await app.listen(Number(process.env.PORT ?? 3000))
console.log('Listening on', await app.getUrl())
