// Starts the API on PORT (default: 3000).
import { app } from './app.ts'

// Optional: fetches the keys before the first request. If this fails, the verifier retries in the background.
app.accessTokenVerifier.ready().catch((error: Error) => app.log.error(error.message))

await app.listen({ port: Number(process.env.PORT ?? 3000) })
