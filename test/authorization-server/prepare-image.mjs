import { copyFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Creates the build context of the image: the Dockerfile, and the server and its dependencies bundled into one file, so
 * that the build needs neither network access nor a package manager.
 *
 * @returns {Promise<string>} The directory to pass to `docker build`.
 */
export async function prepareImageContext() {
  const directory = join(root, 'node_modules', '.cache', 'authorization-server-image')
  await mkdir(directory, { recursive: true })
  const { rolldown } = await loadRolldown()
  const bundle = await rolldown({
    input: join(here, 'src', 'main.ts'),
    platform: 'node',
    cwd: here,
    logLevel: 'silent',
  })
  await bundle.write({ file: join(directory, 'main.mjs'), format: 'esm', codeSplitting: false })
  await bundle.close()
  await copyFile(join(here, 'Dockerfile'), join(directory, 'Dockerfile'))
  return directory
}

/** Loads the bundler that Vitest depends on (through Vite), which saves a separate dependency. */
async function loadRolldown() {
  const vitest = createRequire(import.meta.url).resolve('vitest/package.json', { paths: [root] })
  const vite = createRequire(vitest).resolve('vite')
  return import(pathToFileURL(createRequire(vite).resolve('rolldown')).href)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await prepareImageContext())
