// Access tokens in tRPC. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  type Requirements,
  ResourceServerError,
} from '@okta-resource-server/core'
import { initTRPC, TRPCError } from '@trpc/server'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())
export const t = initTRPC.context<{ request: Request }>().create()

const CODES: Readonly<Record<number, TRPCError['code']>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
}

export const authenticated = (requirements?: Requirements) =>
  t.procedure.use(async ({ ctx, next }) => {
    const auth = await verifier.authenticate(ctx.request, requirements).catch((cause: unknown) => {
      const code = cause instanceof ResourceServerError ? CODES[cause.status] : undefined
      throw new TRPCError({ code: code ?? 'INTERNAL_SERVER_ERROR', cause })
    })
    return next({ ctx: { auth } })
  })

/** The challenge, or Retry-After, of the first refusal in the batch. */
export function refusalHeaders(errors: readonly TRPCError[]): Record<string, string> {
  for (const { cause } of errors) if (cause instanceof ResourceServerError) return { ...cause.headers }
  return {}
}
