// Starts the API on PORT (default: 3000).
import { app, verifier } from './app.ts'

// Optional: fetches the keys before the first request. If this fails, the verifier retries in the background.
verifier.ready().catch((error: Error) => console.error(error.message))

const server = app.listen(Number(process.env.PORT ?? 3000), (error?: Error) => {
  if (error) throw error
  console.log('Listening on', server.address())
})
