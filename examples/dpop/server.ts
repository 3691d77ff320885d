// Starts the API on PORT (default: 3000).
import { createApp } from './app.ts'

const port = Number(process.env.PORT ?? 3000)
const server = createApp(process.env.EXTERNAL_URL ?? `http://localhost:${port}`).listen(port, () => {
  console.log('Listening on', server.address())
})
