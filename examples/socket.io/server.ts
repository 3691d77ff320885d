// Starts the server on PORT (default: 3000).
import { createServer } from 'node:http'
import { io } from './app.ts'

const server = createServer()
io.attach(server)
server.listen(Number(process.env.PORT ?? 3000), () => console.log('Listening on', server.address()))
