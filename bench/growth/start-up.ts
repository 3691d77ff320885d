import { execFileSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FIRST_VERSION, firstVersionEntry } from '../first-version.ts'
import { median, reordered } from '../statistics.ts'

/** Milliseconds that `import` of a package takes in a fresh process. */
export interface StartUp {
  readonly name: string
  readonly milliseconds: number
}

const PACKAGES = [
  '@okta-resource-server/core',
  '@okta-resource-server/express',
  '@okta-resource-server/fastify',
  'jose',
  '@okta/jwt-verifier',
  'express-oauth2-jwt-bearer',
  'aws-jwt-verify',
  'fast-jwt',
  'fastify-jwt-jwks',
  'jsonwebtoken',
] as const

function importTime(module: string): number {
  const script = `const t = performance.now(); await import('${module}'); console.log(performance.now() - t)`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })
  return Number(output.trim().split('\n').at(-1))
}

/**
 * In interleaved rounds. The first round warms the disk cache and does not count.
 *
 * @param firstVersion - folder of its build; empty if there is none
 */
export function measureStartUp(rounds: number, firstVersion: string): readonly StartUp[] {
  const modules = new Map<string, string>(PACKAGES.map((name) => [name, name]))
  if (firstVersion !== '') {
    const entry = firstVersionEntry(firstVersion, 'core')
    modules.set(`@okta-resource-server/core ${FIRST_VERSION.version}`, pathToFileURL(entry).href)
  }
  const names = [...modules.keys()]
  const times = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of reordered(names, round + 1)) {
      const time = importTime(modules.get(name) as string)
      if (round >= 0) times.get(name)?.push(time)
    }
  }
  return names.map((name) => ({ name, milliseconds: median(times.get(name) ?? []) }))
}
