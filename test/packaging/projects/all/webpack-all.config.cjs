const { IgnorePlugin } = require('webpack')

// What Nest loads only if it is installed.
const OPTIONAL = /^(@nestjs\/(microservices|websockets\/socket-module)|class-(transformer|validator))(\/|$)/

module.exports = {
  mode: 'production',
  target: 'node',
  entry: './all.mjs',
  output: { path: `${__dirname}/out`, filename: 'webpack-all.cjs' },
  performance: { hints: false },
  ignoreWarnings: [/Critical dependency/],
  plugins: [new IgnorePlugin({ checkResource: (resource) => OPTIONAL.test(resource) })],
}
