import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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

function importTime(name: string): number {
  const script = `const t = performance.now(); await import('${name}'); console.log(performance.now() - t)`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })
  return Number(output.trim().split('\n').at(-1))
}

/** In interleaved rounds. The first round warms the disk cache and does not count. */
export function measureStartUp(rounds: number): readonly StartUp[] {
  const times = new Map<string, number[]>(PACKAGES.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of reordered(PACKAGES, round + 1)) {
      const time = importTime(name)
      if (round >= 0) times.get(name)?.push(time)
    }
  }
  return PACKAGES.map((name) => ({ name, milliseconds: median(times.get(name) ?? []) }))
}
