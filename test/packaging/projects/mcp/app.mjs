import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import * as mcp from '@okta-resource-server/mcp'
import express from 'express'
import { check } from './check.cjs'

await check({ express, requireBearerAuth, ...mcp })
