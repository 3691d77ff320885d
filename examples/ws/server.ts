// Starts the server on PORT (default: 3000).
import { server } from './app.ts'

server.listen(Number(process.env.PORT ?? 3000), () => console.log('Listening on', server.address()))
