import { vi } from 'vitest'

/** The entries of the package without warnings, requirements and verifiers, as a new process has them. */
export async function asInNewProcess(): Promise<{
  core: typeof import('../../src/index.ts')
  adapter: typeof import('../../src/adapter.ts')
}> {
  vi.resetModules()
  return { core: await import('../../src/index.ts'), adapter: await import('../../src/adapter.ts') }
}
