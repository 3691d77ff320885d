// Starts the API on PORT (default: 3000).
import { app } from './app.ts'

const server = app.listen(Number(process.env.PORT ?? 3000), (error?: Error) => {
  if (error) throw error
  console.log('Listening on', server.address())
})
