// Completes a compiled package before it is packed: declarations for every resolution mode, the CommonJS build, and for a
// package of many files a bundle of ES modules. `prepack` runs it in the folder of the package.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { type InputOptions, rolldown } from 'rolldown'

const folder = process.cwd()
const dist = join(folder, 'dist')
const commonjs = join(dist, 'cjs')
const esm = join(dist, 'esm')

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly source: string; readonly import: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
const sources = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [join(folder, entry.source)],
)

/** A package of many files is imported in half of the time if it is bundled. */
const isBundled = Object.values(manifest.exports).some(
  (entry) => typeof entry !== 'string' && entry.import.startsWith('./dist/esm/'),
)

for (const output of [commonjs, esm]) rmSync(output, { recursive: true, force: true })
mkdirSync(commonjs)
// Its own package.json, because the package is of type module.
writeFileSync(join(commonjs, 'package.json'), '{ "type": "commonjs", "sideEffects": false }\n')

/** Adds a declaration, and those that it imports. */
function reach(file: string, reached: Map<string, string>): Map<string, string> {
  if (reached.has(file)) return reached
  // The compiler keeps `.ts` in the specifiers of declarations, which TypeScript before 5.0 does not resolve.
  const text = readFileSync(join(dist, file), 'utf8').replace(
    /((?:from |import |import\()'\.[^']*)\.ts'/g,
    "$1.js'",
  )
  reached.set(file, text)
  for (const [, imported] of text.matchAll(/(?:from |import |import\()'(\.[^']*)\.js'/g)) {
    reach(join(dirname(file), `${imported}.d.ts`), reached)
  }
  return reached
}

const declarations = new Map<string, string>()
for (const source of sources) reach(basename(source).replace(/\.ts$/, '.d.ts'), declarations)
for (const [file, text] of declarations) {
  // jose has no declarations for CommonJS, nor for old compilers.
  if (/'(?:jose|lru-cache)[/']/.test(text))
    throw new Error(`${file} is public, and imports types of a dependency`)
  for (const target of [isBundled ? esm : dist, commonjs]) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    writeFileSync(join(target, file), text)
  }
}
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
const options = (external: readonly string[]): InputOptions => ({
  input: Object.fromEntries(sources.map((source) => [basename(source, '.ts'), source])),
  platform: 'node',
  external: external.map((name) => new RegExp(`^${name}(/|$)`)),
})
/**
 * What import() becomes in CommonJS, without the function around it: bundlers report a package that is not installed as an
 * error, unless require() stands directly in a try block.
 */
const inPlace = {
  name: 'require-in-place',
  renderChunk: (code: string) =>
    code.replace(
      /Promise\.resolve\(\)\.then\(\(\) => (\/\* @__PURE__ \*\/ __toESM\(require\("[^"]+"\)(?:, 1)?\))\)/g,
      '$1',
    ),
}
// jose is bundled: it has no CommonJS build, and Jest does not load ES modules from CommonJS.
const bundle = await rolldown({
  ...options(dependencies.filter((name) => name !== 'jose')),
  plugins: [inPlace],
})
const { output } = await bundle.write({
  dir: commonjs,
  format: 'cjs',
  exports: 'named',
  esModule: true,
  chunkFileNames: 'shared.js',
  // Jest runs no import() in CommonJS.
  dynamicImportInCjs: false,
})
await bundle.close()

const bundlesJose = output.some(
  (file) => file.type === 'chunk' && file.moduleIds.some((id) => /\/jose\//.test(id)),
)
if (bundlesJose) {
  const entry = createRequire(join(folder, 'package.json')).resolve('jose')
  const jose = entry.slice(0, entry.lastIndexOf(`${join('/', 'jose', '/')}`) + '/jose/'.length)
  copyFileSync(join(jose, 'LICENSE.md'), join(commonjs, 'jose.LICENSE.md'))
}

if (isBundled) {
  const modules = await rolldown(options(dependencies))
  await modules.write({ dir: esm, format: 'esm', chunkFileNames: 'shared.js' })
  await modules.close()
}
