import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '@okta-resource-server/core'
import { readArguments, USAGE, UsageError } from './arguments.ts'
import { type Credentials, diagnose } from './diagnose.ts'
import { asJson } from './json.ts'
import { asText, escapeControls } from './text.ts'

/** Standard input and output of the program. */
export interface Streams {
  readonly input: AsyncIterable<Uint8Array | string>
  readonly output: { write(text: string): unknown }
  readonly errors: { write(text: string): unknown }
}

/** Characters that are read: the largest maximum size of a token, and what may surround it. */
const MAX_INPUT = 1_048_576 + 1_024

/** Token and DPoP proof on standard input, also where they were copied with the names of headers or the scheme. */
async function readCredentials(input: Streams['input']): Promise<Credentials> {
  let text = ''
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')
    if (text.length > MAX_INPUT) throw new UsageError('Standard input is too long for a token.')
  }
  const [first = '', second] = text.trim().split(/\r?\n/, 2)
  const token = first.trim().replace(/^(authorization: *)?(?:(?:bearer|dpop) +)?/i, '')
  if (token === '') throw new UsageError('There is no token on standard input.')
  return { token, proof: second?.trim().replace(/^dpop: */i, '') }
}

/** The certificate of the client. A file with several has that of the client first. */
async function readCertificate(path: string | undefined): Promise<X509Certificate | undefined> {
  if (path === undefined) return undefined
  try {
    return new X509Certificate(await readFile(path))
  } catch {
    throw new UsageError('The file of --client-certificate cannot be read, or has no certificate in PEM.')
  }
}

/**
 * Runs the program.
 *
 * @returns the exit status
 */
export async function run(
  argv: readonly string[],
  { input, output, errors }: Streams,
): Promise<0 | 1 | 2 | 3> {
  try {
    const given = readArguments(argv)
    if (given.help) {
      output.write(USAGE)
      return 0
    }
    const certificate = await readCertificate(given.certificate)
    const credentials = given.readsToken ? await readCredentials(input) : undefined
    const diagnosis = await diagnose(given, credentials, certificate)
    output.write(given.json ? asJson(diagnosis, given.showsClaims) : asText(diagnosis))
    return diagnosis.status
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error
    errors.write(`${escapeControls(error.message)}\n`)
    if (error instanceof UsageError) errors.write('Run it with --help to see the options.\n')
    return 2
  }
}
