import { parseCommandLine, USAGE, UsageError } from './command-line.ts'
import type { AuthorizationServerOptions } from './options.ts'

const EXIT_FAILURE = 1
const EXIT_USAGE = 2

try {
  const options = parseCommandLine(process.argv.slice(2), process.env)
  if (options === 'help') process.stdout.write(USAGE)
  else await serve(options)
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  process.stderr.write(`authorization-server: ${explain(code) ?? message}\n`)
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}`)
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE
}

async function serve(options: AuthorizationServerOptions): Promise<void> {
  // Loaded here so that a usage error is reported without delay.
  const { startAuthorizationServer } = await import('./index.ts')
  const starting = startAuthorizationServer(options)
  const stop = () => void starting.then((server) => server.stop())
  // As the first process of a container, Node.js has no default action for these signals.
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const server = await starting
  const description = {
    issuer: server.issuer,
    audience: server.audience,
    client_id: server.clientId,
    username: server.username,
    password: server.password,
    totp_secret: server.totpSecret,
  }
  process.stdout.write(`${JSON.stringify(description)}\n`)
}

function explain(code: string | undefined): string | undefined {
  if (code === 'EADDRINUSE')
    return 'The port is in use by another process. Choose a different one with --port.'
  if (code === 'EACCES') return 'This user may not listen on the port. Choose a different one with --port.'
  if (code === 'EADDRNOTAVAIL') return 'This machine does not have the address given with --host.'
  return undefined
}
