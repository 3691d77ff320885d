// Starts the API on PORT (default: 3443), with the key and the certificate in the files TLS_KEY and TLS_CERT.
import { readFileSync } from 'node:fs'
import { createApi } from './app.ts'

const [key, cert] = [process.env.TLS_KEY, process.env.TLS_CERT].map((path) =>
  readFileSync(path ?? '', 'utf8'),
)
const server = createApi({ key: key as string, cert: cert as string })
server.listen(Number(process.env.PORT ?? 3443), () => console.log('Listening on', server.address()))
