// Connects to a gateway over a WebSocket.
const assert = require('node:assert/strict')
const { WebSocket } = require('ws')
const { tokenWith } = require('./token.cjs')

/** Expects a reply to a client with a token, and a 401 to one without. */
exports.checkGateway = async (url) => {
  const address = url.replace('http', 'ws')
  const status = await new Promise((resolve) => {
    const socket = new WebSocket(address)
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('open', () => resolve(101))
    socket.on('error', () => {})
  })
  assert.equal(status, 401)
  const reply = await new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${tokenWith()}` } })
    socket.on('error', reject)
    socket.on('open', () => socket.send('{ "event": "me" }'))
    socket.on('message', (text) => {
      resolve(JSON.parse(String(text)))
      socket.terminate()
    })
  })
  assert.deepEqual(reply, { event: 'me', data: 'ada' })
}
