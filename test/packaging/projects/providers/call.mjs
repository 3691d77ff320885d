// Starts the application and sends a request with each token; prints the statuses.
import { once } from 'node:events'

const [file, ...tokens] = process.argv.slice(2)
const { app } = await import(file)
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const statuses = []
for (const token of tokens) {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
  const { status } = await fetch(`http://127.0.0.1:${server.address().port}/messages`, { headers })
  statuses.push(status)
}
console.log(statuses.join(' '))
process.exit(0)
