export default {
  entry: ['start.mjs'],
  format: 'cjs',
  outDir: 'out',
  outExtension: () => ({ js: '.tsup.cjs' }),
  noExternal: [/./],
  silent: true,
}
