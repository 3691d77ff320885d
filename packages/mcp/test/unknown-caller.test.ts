import { verifierOptions } from '@okta-resource-server/testing'
import { recordWarnings, serve } from '@okta-resource-server/testing/vitest'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccessTokenVerifier, defineRequirements, mcpAuth, oauthTokenVerifier } from '../src/index.ts'

const MCP = 'https://mcp.example.com/mcp'

describe('a caller that a tool requires, although no token can name one,', () => {
  it.each(['mcpAuth', 'oauthTokenVerifier'])('is reported with the first request: %s', async (name) => {
    const warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
    const options = { ...verifierOptions(), profile: 'rfc9068', audience: MCP, resource: MCP } as const
    const verifier = createAccessTokenVerifier(options)
    onTestFinished(() => verifier.close())
    defineRequirements({ caller: 'user' })
    if (name === 'mcpAuth') {
      const url = await serve(express().use(mcpAuth({ verifier })))
      expect(warnings).toEqual([])
      expect((await fetch(url)).status).toBe(401)
    } else {
      await expect(oauthTokenVerifier(verifier).verifyAccessToken('a.b.c')).rejects.toThrow()
    }
    expect(warnings).toHaveLength(1)
  })
})
