// require() and import in one process give the same copy of each package.
const assert = require('node:assert/strict')

const ENTRIES = [
  'core',
  'core/adapter',
  'express',
  'express/no-globals',
  'fastify',
  'mcp',
  'nestjs',
  'redis',
  'signals',
  'doctor',
]

async function main() {
  for (const name of ENTRIES) {
    const required = require(`@okta-resource-server/${name}`)
    const imported = await import(`@okta-resource-server/${name}`)
    const names = Object.keys(imported).filter((each) => each !== 'default' && each !== 'module.exports')
    assert.notEqual(names.length, 0)
    for (const each of names) assert.equal(required[each], imported[each], `${each} of ${name}`)
  }
  const { InvalidTokenError } = await import('@okta-resource-server/core')
  assert.equal(require('@okta-resource-server/express').InvalidTokenError, InvalidTokenError)
  const { oktaAuth } = require('@okta-resource-server/express/no-globals')
  assert.equal(oktaAuth, require('@okta-resource-server/express').oktaAuth)
  console.log('passed')
}
main()
