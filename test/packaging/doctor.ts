// The doctor as users start it. It is also a part of the smoke test, which gives it a working authorization server.
import { type ExecFileException, execFile } from 'node:child_process'
import { inTurn, type Project, project } from './project.ts'
import type { Row } from './row.ts'

const installed = (): Promise<Project> => project('doctor', { files: [], packages: ['core', 'doctor'] })

interface Ended {
  readonly status: number | string
  readonly output: string
  readonly errors: string
}

/** Runs it with npx, in an environment without configuration. */
async function npx(...args: string[]): Promise<Ended> {
  const { folder } = await installed()
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OKTA_')))
  const command = ['--no-install', '--loglevel=error', '@okta-resource-server/doctor', ...args]
  return inTurn(
    () =>
      new Promise((resolve) => {
        execFile('npx', command, { cwd: folder, env }, (error: ExecFileException | null, output, errors) =>
          resolve({ status: error?.code ?? 0, output, errors }),
        )
      }),
  )
}

const row = (name: string, args: readonly string[], isRight: (ended: Ended) => boolean): Row => ({
  name: `doctor: ${name}`,
  ci: true,
  run: async () => {
    const ended = await npx(...args)
    if (!isRight(ended)) throw new Error(`The doctor answered ${JSON.stringify(ended)}`)
  },
})

export const DOCTOR_ROWS: readonly Row[] = [
  row('prints its help', ['--help'], ({ status, output, errors }) => {
    return status === 0 && output.startsWith('Usage: npx @okta-resource-server/doctor') && errors === ''
  }),
  row('without options, says which one is missing', [], ({ status, output, errors }) => {
    return status === 2 && output === '' && errors.includes('OKTA_OAUTH2_ISSUER')
  }),
  row('names an unknown option', ['--isuer=a'], ({ status, output, errors }) => {
    return status === 2 && output === '' && errors.includes('--isuer')
  }),
]
