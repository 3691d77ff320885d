const { requireBearerAuth } = require('@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js')
const express = require('express')
const { check } = require('./check.cjs')

test('the guards work under Jest', () =>
  check({ express, requireBearerAuth, ...require('@okta-resource-server/mcp') }))
