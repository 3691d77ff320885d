module.exports = {
  mode: 'production',
  target: 'node',
  entry: './start.mjs',
  output: { path: `${__dirname}/out`, filename: 'webpack.cjs' },
  performance: { hints: false },
  // Express looks for its view engine at run time.
  ignoreWarnings: [/Critical dependency/],
}
