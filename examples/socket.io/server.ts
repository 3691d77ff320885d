// Starts the server on PORT (default: 3000).
import { io } from './app.ts'

io.listen(Number(process.env.PORT ?? 3000))
