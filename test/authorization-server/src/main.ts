import { renameSync, writeFileSync } from 'node:fs'
import { type CommandLine, parseCommandLine, USAGE, UsageError } from './command-line.ts'

const EXIT_FAILURE = 1
const EXIT_USAGE = 2

try {
  const commandLine = parseCommandLine(process.argv.slice(2), process.env)
  if (commandLine === 'help') process.stdout.write(USAGE)
  else await serve(commandLine)
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  process.stderr.write(`authorization-server: ${explain(code) ?? message}\n`)
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}`)
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE
}

async function serve({ options, describe }: CommandLine): Promise<void> {
  // Loaded only now, so that usage errors are reported immediately.
  const { startAuthorizationServer } = await import('./index.ts')
  const starting = startAuthorizationServer(options)
  const stop = () => void starting.then((server) => server.stop())
  // As the first process of a container, Node.js has no default action for these signals.
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const server = await starting
  const description = JSON.stringify({
    issuer: server.issuer,
    audience: server.audience,
    client_id: server.clientId,
    username: server.username,
    password: server.password,
    totp_secret: server.totpSecret,
  })
  if (describe !== undefined) {
    try {
      writeDescription(describe, `${description}\n`)
    } catch (error) {
      await server.stop()
      throw new Error(`The file of --describe cannot be written: ${(error as Error).message}`)
    }
  }
  process.stdout.write(`${description}\n`)
}

/** Renamed into place, so that a program that waits for the file never reads half of it. */
function writeDescription(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`
  // The text contains a password.
  writeFileSync(unfinished, text, { mode: 0o600 })
  renameSync(unfinished, file)
}

function explain(code: string | undefined): string | undefined {
  if (code === 'EADDRINUSE')
    return 'The port is in use by another process. Choose a different one with --port.'
  if (code === 'EACCES') return 'This user may not listen on the port. Choose a different one with --port.'
  if (code === 'EADDRNOTAVAIL') return 'This machine does not have the address given with --host.'
  return undefined
}
