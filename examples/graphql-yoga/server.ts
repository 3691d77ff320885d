// Starts the API on PORT (default: 3000).
import { createServer } from 'node:http'
import { yoga } from './app.ts'

const server = createServer(yoga)
server.listen(Number(process.env.PORT ?? 3000), () => console.log('Listening on', server.address()))
