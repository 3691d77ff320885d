const { requireBearerAuth } = require('@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js')
const express = require('express')
const { check } = require('./check.cjs')

check({ express, requireBearerAuth, ...require('@okta-resource-server/mcp') })
